import type { IndexOptionName, NamedIndex } from '../formats/decision.ts'
import type { IndexesInForce } from '../formats/index-option.ts'
import type { Build } from '../resolve/provider/candidates.ts'
import { sameIndex, switchesMainIndex, urlToWrite, withoutSlash } from '../torch/index-urls.ts'

/** One way to tell installers where the CPU wheels are. */
export interface IndexStyleRule {
  /** The options that lead to the CPU wheels of these projects and are not in force yet. */
  missing(inForce: IndexesInForce, cpuIndexUrl: string, projects: readonly string[]): IndexName[]
  /** The options by which other styles name the CPU index, and which have no use beside this one. */
  readonly replaces: readonly IndexOptionName[]
  /** The URL at which a line takes a build; undefined: the line names its version. */
  readonly urlOf: UrlOf
}

/** An index, and the option that names it. */
type IndexName = Pick<NamedIndex, 'option' | 'url'>

export type UrlOf = (build: Build) => string | undefined

/** Every build by its version. */
export const byVersion: UrlOf = () => undefined

const hasCpuIndex = ({ indexUrl, extraIndexUrls, noIndex }: IndexesInForce, cpuIndexUrl: string): boolean =>
  !noIndex && [...(indexUrl ? [indexUrl] : []), ...extraIndexUrls].some(url => sameIndex(url, cpuIndexUrl))

/** The page of a project, as `--find-links` names it. */
export const page = (cpuIndexUrl: string, project: string): string => `${withoutSlash(cpuIndexUrl)}/${project}/`

/**
 * `extra-index-url` is what pip users know; uv then reads every project that the index also has from there alone.
 * `find-links` works in pip, uv and pip-tools without a flag, at the price of one line per project.
 * `direct-url` needs no index: each line names one wheel, which is for one Python and one platform.
 */
export const indexStyleRules = {
  'extra-index-url': {
    missing: (inForce, cpuIndexUrl) =>
      hasCpuIndex(inForce, cpuIndexUrl) ? [] : [{ option: 'extra-index-url', url: cpuIndexUrl }],
    replaces: ['find-links'],
    urlOf: byVersion,
  },
  'find-links': {
    missing: (inForce, cpuIndexUrl, projects) =>
      projects
        .map(project => page(cpuIndexUrl, project))
        .filter(url => !inForce.findLinks.some(link => sameIndex(link, url)))
        .map(url => ({ option: 'find-links', url })),
    replaces: ['extra-index-url'],
    urlOf: byVersion,
  },
  'direct-url': {
    missing: () => [],
    replaces: ['extra-index-url', 'find-links'],
    // A build without a label (macOS) is on the main index too, where its version finds it.
    urlOf: ({ version, file }) => (version.local === undefined ? undefined : urlToWrite(file)),
  },
  none: { missing: () => [], replaces: [], urlOf: byVersion },
} satisfies Record<string, IndexStyleRule>

export type IndexStyleName = keyof typeof indexStyleRules

/** The style in which a file already names the CPU index, or will once its main index is switched, so that a second run leaves it as it is. */
export function styleInForce(
  inForce: IndexesInForce,
  cpuIndexUrl: string,
  projects: readonly string[],
): IndexStyleName | undefined {
  const { indexUrl } = inForce
  const becomesCpuIndex = indexUrl !== undefined && switchesMainIndex(indexUrl, cpuIndexUrl)
  if (becomesCpuIndex || hasCpuIndex(inForce, cpuIndexUrl)) return 'extra-index-url'
  const pages = projects.map(project => page(cpuIndexUrl, project))
  return pages.some(url => inForce.findLinks.some(link => sameIndex(link, url))) ? 'find-links' : undefined
}
