import { isOfIndex } from '../../contract/errors.ts'
import { DEFAULT_INDEX_URL, type Options } from '../../contract/options.ts'
import { indexesInForce } from '../../formats/requirements/index-options.ts'
import type { RequirementsFile } from '../../formats/requirements/requirements-file.ts'
import { fileSha256 } from '../../package-index/digest.ts'
import { findLinksIndex } from '../../package-index/find-links.ts'
import { createHttp, type Http } from '../../package-index/http.ts'
import { liveIndex } from '../../package-index/live-index.ts'
import { type PipConfig, readPipConfig, usersEnvironment } from '../../package-index/pip-config.ts'
import type { IndexFile, PackageIndex } from '../../package-index/project-page.ts'
import { type SkippedIndex, skippedIndex } from '../../package-index/skipped-index.ts'
import { cpuMainIndex } from '../../package-index/snapshot/cpu-main-index.ts'
import { type FallbackIndex, fallbackIndex } from '../../package-index/snapshot/fallback-index.ts'
import { withKnownMetadata } from '../../package-index/snapshot/known-metadata.ts'
import { snapshotIndex } from '../../package-index/snapshot/snapshot-index.ts'
import { ResolveCache } from '../../resolve/provider/cache.ts'
import { firstTime } from '../../text/lists.ts'
import { redactUrl } from '../../text/secrets.ts'
import { readTorchIndexUrl, sameIndex, switchesMainIndex, withoutSlash } from '../../torch/index-urls.ts'
import { withReleaseDates } from '../../torch/release-dates.ts'
import { cpuSideIndex, projectsTiedToTorch } from '../../torch/side-indexes.ts'

/** The indexes of a run. */
export interface Indexes {
  readonly cpu: FallbackIndex
  /** The CPU index to choose from: under a date limit with dates of releases, see `withReleaseDates`; else as it is. */
  readonly cpuInTime: PackageIndex
  /** ISO date of the snapshot behind the CPU index. */
  snapshotDate(): string
  /** What the files, pip's configuration and the environment name, the main index first; of the torch indexes only a main one. */
  readonly others: readonly PackageIndex[]
  /** Those of them that may have any name: index URLs, not pages of links, and not tied to one torch release. */
  readonly anyName: readonly PackageIndex[]
  /** The same as `others` for a CPU-only install with this torch: indexes of an accelerator give way to those for CPU. */
  othersBeside(torch: string | undefined): readonly PackageIndex[]
  /** The projects whose indexes, as the files name them, belong to one torch release. */
  readonly tiedToTorch: ReadonlySet<string>
  /** The torch indexes that the files name as they are, beside the main one. */
  readonly torch: readonly PackageIndex[]
  /** The extra indexes that could not be reached so far: what they have is not known. URLs without credentials. */
  readonly unreached: readonly string[]
  /** The index at a URL that a lock file names. */
  at(url: string): PackageIndex
  /** An index of one file, at the URL that a line gives. */
  link(url: string): PackageIndex
  /** Fetches a file to work out its SHA-256; see `fileSha256`. */
  sha256(file: IndexFile, onBytes: (bytes: number) => void): Promise<string | undefined>
  /** What the resolutions of the run have worked out. */
  readonly cache: ResolveCache
  /** What went over the wire for all of them so far. */
  readonly traffic: Http['counters']
}

/** What is opened once for a run: the connections, and each place once, so that what it answers is asked for and read once. */
export interface Network {
  readonly options: Options
  readonly config: PipConfig
  readonly http: Http
  readonly cpu: FallbackIndex
  /** The CPU index in the role of the main one. */
  readonly cpuMain: PackageIndex
  snapshotDate(): string
  /** The index at a URL, the public one with its snapshot behind it. */
  index(url: string): PackageIndex
  /** The snapshot of the public index. */
  readonly mainSnapshot: PackageIndex
  /** The same as an extra index, which a run goes on without if it cannot be reached. */
  extra(url: string): PackageIndex
  readonly cache: ResolveCache
  /** The indexes for the same URLs are the same object. */
  readonly opened: Map<string, Indexes>
  /** The extra indexes that were opened. */
  readonly skipped: readonly SkippedIndex[]
  /** A page of links, or a single file. */
  links(url: string): PackageIndex
}

/** Opens the indexes that the files and the settings name. Nothing is asked yet. */
export async function openIndexes(files: ReadonlyMap<string, RequirementsFile>, options: Options): Promise<Indexes> {
  return indexesFor(files, await openNetwork(options))
}

/**
 * Makes ready what the indexes of a run share. Nothing is asked yet.
 * @param isSecret whether a URL holds what must not be kept on the disk
 */
export async function openNetwork(options: Options, isSecret = (_: string) => false): Promise<Network> {
  const { cacheDir, offline, signal, environment, onNotice } = options
  const config = await readPipConfig(await usersEnvironment(options.cwd, environment))
  const http = createHttp({ cacheDir, offline, signal, environment, config, isSecret, onNotice })
  const isNews = firstTime()
  const sayOnce = (message: string) => {
    if (isNews(message)) onNotice(message)
  }
  const snapshots = { cpu: snapshotIndex('cpu'), main: snapshotIndex('pypi') }
  const fromSnapshot = (what: string, snapshot: { readonly collected: string }) => (cause: Error) => {
    sayOnce(
      offline
        ? `offline: the cache does not have ${what}, so its snapshot of ${snapshot.collected} answers`
        : `${cause.message}; the snapshot of ${snapshot.collected} answers for ${what}`,
    )
  }
  const cpu = fallbackIndex(
    liveIndex(options.cpuIndexUrl, http),
    snapshots.cpu,
    fromSnapshot(redactUrl(options.cpuIndexUrl), snapshots.cpu),
  )
  const index = perUrl((url: string): PackageIndex => {
    const live = liveIndex(url, http)
    return sameIndex(url, DEFAULT_INDEX_URL)
      ? fallbackIndex(
          withKnownMetadata(live, snapshots.main),
          snapshots.main,
          fromSnapshot('the public index', snapshots.main),
        )
      : live
  })
  const skipped: SkippedIndex[] = []
  return {
    options,
    config,
    http,
    cpu,
    cpuMain: cpuMainIndex(cpu, snapshots.main),
    snapshotDate: () => snapshots.cpu.collected,
    index,
    extra: perUrl((url: string): PackageIndex => {
      if (sameIndex(url, DEFAULT_INDEX_URL)) return index(url)
      const found = skippedIndex(index(url), ({ message }) =>
        sayOnce(`${message}; as with pip, the run goes on without this extra index, and what it has is not known`),
      )
      skipped.push(found)
      return found
    }),
    mainSnapshot: snapshots.main,
    cache: new ResolveCache(),
    opened: new Map(),
    skipped,
    links: perUrl((url: string) => skippable(findLinksIndex(url, http), sayOnce)),
  }
}

/** The indexes that some files of a run name, beside what the settings name. */
export function indexesFor(files: ReadonlyMap<string, RequirementsFile>, network: Network): Indexes {
  const named = namedIndexes(files, network.options, network.config)
  const key = JSON.stringify([named.main, named.extra, named.findLinks])
  const opened = network.opened.get(key) ?? indexesAt(named, network)
  network.opened.set(key, opened)
  return opened
}

function indexesAt({ main, extra, findLinks }: NamedIndexes, network: Network): Indexes {
  const { options, http, cpu, cpuMain, index: open, extra: openExtra, links } = network
  const isCpu = (url: string) => sameIndex(url, options.cpuIndexUrl)
  const isTorch = (url: string) => readTorchIndexUrl(url, options.cpuIndexUrl) !== undefined
  const openMain = (url: string) => (isCpu(url) ? cpuMain : open(url))
  // A main index of an accelerator is switched to the CPU index; beside one of nightly builds that gets a line.
  const openCpuMain = (url: string) => {
    if (switchesMainIndex(url, options.cpuIndexUrl)) return [cpuMain]
    return isTorch(url) && !isCpu(url) ? [open(url), cpuMain] : [openMain(url)]
  }
  const extraUrls = extra.filter(url => !isTorch(url))
  const linkUrls = findLinks.filter(url => !isTorch(url))
  const mainUrls = main === undefined ? [] : [main]
  const tied = [...mainUrls, ...extraUrls, ...linkUrls].filter(url => projectsTiedToTorch(url) !== undefined)
  const isOfAnyName = (url: string) => !isTorch(url) && !tied.includes(url)
  const anyName = [...mainUrls.filter(isOfAnyName).map(open), ...extraUrls.filter(isOfAnyName).map(openExtra)]
  const { excludeNewer } = options
  return {
    cache: network.cache,
    traffic: http.counters,
    cpu,
    cpuInTime: excludeNewer ? withReleaseDates(cpu, [...anyName, network.mainSnapshot], excludeNewer) : cpu,
    snapshotDate: network.snapshotDate,
    others: [...mainUrls.map(openMain), ...extraUrls.map(openExtra), ...linkUrls.map(links)],
    anyName,
    othersBeside(torch) {
      const moved = (url: string) =>
        torch === undefined && tied.includes(url) ? [] : [cpuSideIndex(url, torch)?.url ?? url]
      return [
        ...mainUrls.flatMap(moved).flatMap(openCpuMain),
        ...extraUrls.flatMap(moved).map(openExtra),
        ...linkUrls.flatMap(moved).map(links),
      ]
    },
    tiedToTorch: new Set(tied.flatMap(url => projectsTiedToTorch(url) ?? [])),
    torch: [
      ...extra.filter(isTorch).map(url => (isCpu(url) ? cpu : open(url))),
      ...findLinks.filter(isTorch).map(links),
    ],
    get unreached() {
      const extras = extraUrls.map(openExtra)
      return network.skipped.filter(index => index.unreached && extras.includes(index)).map(({ url }) => url)
    },
    at: url => (isCpu(url) ? cpu : open(url)),
    link: links,
    sha256: (file, onBytes) => fileSha256(file, http, onBytes),
  }
}

/**
 * As pip does, a run goes on without a page of links that cannot be read, and without looking into what it links to. Such
 * a page is not asked for again: each project would wait for it anew.
 */
function skippable(links: PackageIndex, onNotice: (message: string) => void): PackageIndex {
  let unreadable = false
  const pass = (error: unknown, consequence: string): undefined => {
    if (!isOfIndex(error)) throw error
    onNotice(`${error.message}; ${consequence}`)
  }
  return {
    ...links,
    async project(name) {
      if (unreadable) return undefined
      return links.project(name).catch(error => {
        pass(error, 'what it links to does not count')
        unreadable = true
        return undefined
      })
    },
    metadata: file => links.metadata(file).catch(error => pass(error, 'what it needs is not known')),
  }
}

/** Opens each place once, so that it is asked once. */
function perUrl<Result>(make: (url: string) => Result): (url: string) => Result {
  const made = new Map<string, Result>()
  return url => {
    const known = made.get(url) ?? make(url)
    made.set(url, known)
    return known
  }
}

/** URLs, in the order in which they are asked. */
interface NamedIndexes {
  /** Undefined: there is none. */
  readonly main: string | undefined
  readonly extra: readonly string[]
  readonly findLinks: readonly string[]
}

/** The index settings in pip's order of precedence: files, then the options of the run, the environment and pip.conf. */
function namedIndexes(files: ReadonlyMap<string, RequirementsFile>, options: Options, config: PipConfig): NamedIndexes {
  const roots = [...files.values()].filter(file => file.root)
  const inForce = roots.map(root => indexesInForce(root, files))
  const own = inForce.find(indexes => indexes.indexUrl !== undefined)?.indexUrl
  const noIndex = config.noIndex || inForce.some(indexes => indexes.noIndex)
  const main = noIndex ? undefined : (options.indexUrl ?? own ?? config.indexUrl ?? DEFAULT_INDEX_URL)
  const unique = (urls: readonly string[]) => {
    const seen = new Set<string>()
    // Not by `sameIndex`: the second may have the credentials.
    return urls.filter(url => seen.size < seen.add(withoutSlash(url)).size)
  }
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
