import type { Build } from '../resolve/candidates.ts'
import { sameIndex, switchesMainIndex, withoutSlash } from './index-urls.ts'
import { urlToWrite } from './url-to-write.ts'

/** The index options in force when an installer has read a file and all it includes. */
export interface IndexesInForce {
  readonly indexUrl: string | undefined
  readonly extraIndexUrls: readonly string[]
  readonly findLinks: readonly string[]
  readonly noIndex: boolean
}

/** One way to tell installers where the CPU wheels are. */
export interface IndexStyle {
  /** The option lines for these projects. */
  lines(cpuIndexUrl: string, projects: readonly string[]): string[]
  /** Which of those lines are not in force yet. */
  missing(inForce: IndexesInForce, cpuIndexUrl: string, projects: readonly string[]): string[]
  /** The options by which other styles name the CPU index, and which have no use beside this one. */
  readonly replaces: readonly ('extra-index-url' | 'find-links')[]
  /** The URL at which a line takes a build; undefined: the line names its version. */
  readonly urlOf: UrlOf
}

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
export const indexStyles = {
  'extra-index-url': {
    lines: cpuIndexUrl => [`--extra-index-url ${cpuIndexUrl}`],
    missing(inForce, cpuIndexUrl, projects) {
      return hasCpuIndex(inForce, cpuIndexUrl) ? [] : this.lines(cpuIndexUrl, projects)
    },
    replaces: ['find-links'],
    urlOf: byVersion,
  },
  'find-links': {
    lines: (cpuIndexUrl, projects) => projects.map(project => `--find-links ${page(cpuIndexUrl, project)}`),
    missing(inForce, cpuIndexUrl, projects) {
      return this.lines(
        cpuIndexUrl,
        projects.filter(project => !inForce.findLinks.some(url => sameIndex(url, page(cpuIndexUrl, project)))),
      )
    },
    replaces: ['extra-index-url'],
    urlOf: byVersion,
  },
  'direct-url': {
    lines: () => [],
    missing: () => [],
    replaces: ['extra-index-url', 'find-links'],
    // A build without a label (macOS) is on the main index too, where its version finds it.
    urlOf: ({ version, file }) => (version.local === undefined ? undefined : urlToWrite(file)),
  },
  none: { lines: () => [], missing: () => [], replaces: [], urlOf: byVersion },
} satisfies Record<string, IndexStyle>

export type IndexStyleName = keyof typeof indexStyles

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
