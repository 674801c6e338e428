import { withoutAnswer } from '../contract/errors.ts'
import { DEFAULT_INDEX_URL } from '../contract/options.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import type { IndexFile, PackageIndex } from '../package-index/project-page.ts'
import type { Target } from '../packaging/target.ts'
import { parseVersion } from '../packaging/version.ts'
import type { LockedFile } from '../project-files/lock-files.ts'
import type { Installed, Resolution } from '../resolve/resolve.ts'
import { fittingFiles } from './choose-file.ts'
import type { Lock, LockedPackage, Selection } from './lock.ts'
import { type InstalledPackage, walk } from './walk.ts'

/** Gives the index at a URL, each time the same. */
export type IndexAt = (url: string) => PackageIndex

/**
 * What a lock installs, as if it had been resolved: each package with the file that the target takes. The sizes of a file
 * are those that the lock states, else those that its own server or its index tells; what has no file that a server gives
 * (a repository, a path, a wheel that is missing for a target) is there with unknown bytes. Packages without a version are
 * left out, as nothing is known of them.
 */
export function resolutionOf(
  lock: Lock,
  selection: Selection,
  targets: readonly Target[],
  indexAt: IndexAt,
): Resolution {
  const installed = new Map<string, Installed[]>()
  for (const target of targets) {
    for (const [project, entry] of walk(lock, selection, target)) {
      const build = buildOf(entry, target, indexAt)
      if (build) installed.set(project, [...(installed.get(project) ?? []), build])
    }
  }
  return new Map([...installed].map(([project, [first, ...more]]) => [project, { project, builds: [first!, ...more] }]))
}

function buildOf({ locked, needs }: InstalledPackage, target: Target, indexAt: IndexAt): Installed | undefined {
  const version = parseVersion(locked.version)
  if (!version) return undefined
  const { best, all } = fittingFiles(locked.files, target)
  return {
    version,
    file: best ? indexFile(best) : unknownFile(locked),
    fitting: all.map(indexFile),
    index: lockedIndex(locked, indexAt),
    origin: 'live',
    target,
    needs,
  }
}

/** A file of a lock as an index would list it. Without an address that a server may be asked for, its URL is empty. */
function indexFile({ filename, url, hashes, size }: LockedFile): IndexFile {
  // Only an absolute URL names a server, and a lock leads to no file of this machine.
  const link = url !== undefined && URL.canParse(url) ? resolveFileLink(url, 'https://localhost/') : undefined
  return {
    filename,
    url: link?.url ?? '',
    hashes,
    ...(size === undefined ? {} : { size }),
    yanked: false,
    metadataOffered: false,
  }
}

function unknownFile({ name, version }: LockedPackage): IndexFile {
  return { filename: `${name}-${version}`, url: '', hashes: {}, yanked: false, metadataOffered: false }
}

/** The index of a locked package; for one that comes from none, what its own address tells. */
function lockedIndex({ name, source }: LockedPackage, indexAt: IndexAt): PackageIndex {
  const isIndex = source.kind === 'index' && (source.at === '' || /^https?:/i.test(source.at))
  const index = indexAt(isIndex && source.at !== '' ? source.at : DEFAULT_INDEX_URL)
  return {
    ...index,
    url: isIndex ? index.url : source.at,
    async sizes(file) {
      const listed = file.url === '' && isIndex ? await listedFile(index, name, file) : file
      if (listed.url === '') return { ...(listed.size === undefined ? {} : { download: listed.size }), exact: false }
      return index.sizes(listed)
    },
  }
}

/** The file as its index lists it, where a lock gives its name alone, as Poetry's does. */
async function listedFile(index: PackageIndex, project: string, file: IndexFile): Promise<IndexFile> {
  const page = await index.project(project).catch(withoutAnswer)
  return page?.files.find(({ filename, hashes }) => filename === file.filename && agree(hashes, file.hashes)) ?? file
}

/** Digests of one algorithm must be equal; those of different ones say nothing. */
function agree(a: IndexFile['hashes'], b: IndexFile['hashes']): boolean {
  return Object.entries(a).every(([algorithm, digest]) => !b[algorithm] || b[algorithm] === digest)
}
