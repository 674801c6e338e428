import { DEFAULT_INDEX_URL, type Options } from './options.ts'
import { redactUrl } from './package-index/credentials.ts'
import { findLinksIndex } from './package-index/find-links.ts'
import { createHttp, type Http } from './package-index/http.ts'
import { liveIndex } from './package-index/live-index.ts'
import { type PipConfig, readPipConfig } from './package-index/pip-config.ts'
import type { PackageIndex } from './package-index/project-page.ts'
import type { RequirementsFile } from './requirements/files.ts'
import { type FallbackIndex, fallbackIndex } from './snapshot/fallback-index.ts'
import { snapshotIndex } from './snapshot/snapshot-index.ts'
import { indexesInForce } from './torch/index-lines.ts'
import { readTorchIndexUrl, sameIndex } from './torch/index-urls.ts'

/** The indexes of a run. */
export interface Indexes {
  readonly cpu: FallbackIndex
  /** ISO date of the snapshot behind the CPU index. */
  snapshotDate(): string
  /** What the files, pip's configuration and the environment name, the torch indexes left out; the main index first. */
  readonly others: readonly PackageIndex[]
  /** The torch indexes that the files name as they are. */
  readonly torch: readonly PackageIndex[]
  /** What went over the wire for all of them so far. */
  readonly traffic: Http['counters']
}

/** Opens the indexes that the files and the settings name. Nothing is asked yet. */
export async function openIndexes(files: ReadonlyMap<string, RequirementsFile>, options: Options): Promise<Indexes> {
  const config = await readPipConfig(options.environment)
  const http = createHttp({
    cacheDir: options.cacheDir,
    offline: options.offline,
    signal: options.signal,
    environment: options.environment,
    config,
    onNotice: options.onNotice,
  })
  const said = new Set<string>()
  const snapshots = { cpu: snapshotIndex('cpu'), main: snapshotIndex('pypi') }
  const told = (what: string, snapshot: { readonly collected: string }) => (cause: Error) => {
    const message = options.offline
      ? `offline: the cache does not have ${what}, so its snapshot of ${snapshot.collected} answers`
      : `${cause.message}; the snapshot of ${snapshot.collected} answers for ${what}`
    if (!said.has(message)) options.onNotice(message)
    said.add(message)
  }
  const { main, extra, findLinks } = namedIndexes(files, options, config)
  const open = (url: string): PackageIndex => {
    const live = liveIndex(url, http)
    return sameIndex(url, DEFAULT_INDEX_URL)
      ? fallbackIndex(live, snapshots.main, told('the public index', snapshots.main))
      : live
  }
  const isTorch = (url: string) =>
    sameIndex(url, options.cpuIndexUrl) || readTorchIndexUrl(url, options.cpuIndexUrl) !== undefined
  const ofTorch = [...(main && isTorch(main) ? [main] : []), ...extra.filter(isTorch)]
  const indexUrls = [...(main && !isTorch(main) ? [main] : []), ...extra.filter(url => !isTorch(url))]
  const cpu = fallbackIndex(
    liveIndex(options.cpuIndexUrl, http),
    snapshots.cpu,
    told(redactUrl(options.cpuIndexUrl), snapshots.cpu),
  )
  return {
    traffic: http.counters,
    cpu,
    snapshotDate: () => snapshots.cpu.collected,
    others: [...indexUrls.map(open), ...findLinks.filter(url => !isTorch(url)).map(url => findLinksIndex(url, http))],
    torch: [
      ...ofTorch.map(url => (sameIndex(url, options.cpuIndexUrl) ? cpu : liveIndex(url, http))),
      ...findLinks.filter(isTorch).map(url => findLinksIndex(url, http)),
    ],
  }
}

/** The index settings in pip's order of precedence: files, then what the run was told, the environment and pip.conf. */
function namedIndexes(files: ReadonlyMap<string, RequirementsFile>, options: Options, config: PipConfig) {
  const roots = [...files.values()].filter(file => file.root)
  const inForce = roots.map(root => indexesInForce(root, files))
  const own = inForce.find(indexes => indexes.indexUrl !== undefined)?.indexUrl
  const noIndex = config.noIndex || inForce.some(indexes => indexes.noIndex)
  const main = noIndex ? undefined : (options.indexUrl ?? own ?? config.indexUrl ?? DEFAULT_INDEX_URL)
  const unique = (urls: readonly string[]) =>
    urls.filter((url, i) => !urls.slice(0, i).some(earlier => sameIndex(earlier, url)))
  return {
    main,
    extra: noIndex
      ? []
      : unique([
          ...(own === undefined ? config.extraIndexUrls : []),
          ...inForce.flatMap(indexes => indexes.extraIndexUrls),
        ]),
    findLinks: unique([...config.findLinks, ...inForce.flatMap(indexes => indexes.findLinks)]),
  }
}
