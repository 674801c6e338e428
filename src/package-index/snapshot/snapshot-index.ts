import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import type { FileSizes, IndexFile, ProjectPage } from '../project-page.ts'
import { Page } from '../releases.ts'
import { type Facts, factsIn, factsOf } from './facts.ts'
import { expandFilename, type FileRow, type Snapshot, sourceOf } from './format.ts'
import type { KnownFiles } from './known-metadata.ts'
import { type KnownRelease, likelyIn } from './likely.ts'
import { type KnownSize, nearestSize } from './nearest-size.ts'

export type SnapshotKind = 'cpu' | 'pypi'

/** An index that answers from dated facts. For a wheel whose bytes it does not know, it gives those of the nearest one. */
export interface SnapshotIndex extends KnownFiles {
  /** ISO date of the facts. */
  readonly collected: string
}

interface Entry extends KnownRelease {
  readonly row: FileRow
}

/**
 * The facts that ship in this package: `cpu` about PyTorch's index of CPU builds, `pypi` about the public index.
 * Nothing is read before the first question.
 */
export function snapshotIndex(kind: SnapshotKind): SnapshotIndex {
  return shipped[kind]
}

/**
 * Answers questions from a snapshot.
 *
 * @param load gives the facts; called once, with the first question
 * @param name what the index is called where the snapshot names no address
 */
export function indexOf(load: () => Snapshot, name: string): SnapshotIndex {
  return indexOfFacts(() => factsOf(load()), name)
}

function indexOfFacts(load: () => Facts, name: string): SnapshotIndex {
  let loaded: Facts | undefined
  const facts = () => (loaded ??= load())
  const pages = new Map<string, ProjectPage | undefined>()
  const entries = new Map<string, Entry>()

  const fileOf = (filename: string, entry: Entry): IndexFile => {
    const { index } = facts()
    // PyTorch's index keeps all of its wheels in one folder, and needs the `+` of a local version label escaped.
    const url = index ? `${index}/${encodeURIComponent(filename)}` : `${name}/${entry.project}/${filename}`
    entries.set(url, entry)
    return indexFile(filename, url, entry)
  }
  const page = (project: string): ProjectPage | undefined => {
    const known = facts().releases(project)
    if (!known) return undefined
    const files = Object.entries(known).flatMap(([version, release]) =>
      release.files.map(row => fileOf(expandFilename(project, version, row[0]), { project, version, release, row })),
    )
    return new Page({ project, files, origin: 'snapshot' })
  }

  return {
    get url() {
      return facts().index ?? name
    },
    get collected() {
      return facts().collected
    },
    async project(given) {
      const project = canonicalizeName(given)
      if (!pages.has(project)) pages.set(project, page(project))
      return pages.get(project)
    },
    wheel(filename) {
      const named = parseWheelFilename(filename)
      if (!named) return undefined
      const {
        name: project,
        version: { text: version },
      } = named
      const release = facts().release(project, version)
      const row = release?.files.find(([short]) => expandFilename(project, version, short) === filename)
      return release && row && fileOf(filename, { project, version, release, row })
    },
    async metadata({ url }) {
      const entry = entries.get(url)
      return entry && coreMetadata(entry)
    },
    async sizes({ url, filename }) {
      return entrySizes(entries.get(url)) ?? nearSizes(filename, facts())
    },
    likely: likelyIn(project => facts().releases(project), coreMetadata),
  }
}

/** The sizes of a file as the snapshot has them; undefined where it has none. */
function entrySizes(entry: Entry | undefined): FileSizes | undefined {
  const [, , size = null, installed = null, approximateSize] = entry?.row ?? []
  const download = size ?? approximateSize
  if (download === undefined) return undefined
  return { ...sizesOf({ download, installed, source: entry && sourceOf(entry.release) }), exact: size !== null }
}

/** The sizes of a wheel of another release, for a file that the snapshot does not have. */
function nearSizes(filename: string, facts: Facts): FileSizes {
  const project = parseWheelFilename(filename)?.name ?? ''
  const known = facts.releases(project)
  const near = known && nearestSize(filename, project, known)
  return near ? { ...sizesOf(near), exact: false, estimatedFrom: near.filename } : { exact: true }
}

/** One of each kind for the process: what ships stays as it is, and reading it takes longer than most questions. */
const shipped: Readonly<Record<SnapshotKind, SnapshotIndex>> = {
  cpu: indexOfFacts(() => read('cpu'), 'snapshot:cpu'),
  pypi: indexOfFacts(() => read('pypi'), 'snapshot:pypi'),
}

function read(kind: SnapshotKind): Facts {
  // It is ASCII (scripts/snapshot/render.ts): nothing of a megabyte has to be decoded.
  return factsIn(readFileSync(shippedFile(`snapshot/${kind}.json`), 'latin1'))
}

/** Where a file of this package is: one folder above the bundle, three above the sources; where others bundle it, Node knows. */
function shippedFile(name: string): string {
  const ways = [`../${name}`, `../../../${name}`].map(way => fileURLToPath(new URL(way, import.meta.url)))
  // Asked last, for Node takes longer than reading the file.
  return ways.find(path => existsSync(path)) ?? createRequire(import.meta.url).resolve(`torchpin/${name}`)
}

function indexFile(filename: string, url: string, { release, row }: Entry): IndexFile {
  const [, sha256, size, installed] = row
  const { requiresPython, requiresDist, uploaded } = release
  return {
    filename,
    url,
    hashes: sha256 === null ? {} : { sha256 },
    ...(size === null ? {} : { size }),
    ...(installed === null ? {} : { installedSize: installed }),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(uploaded === undefined ? {} : { uploadTime: uploaded }),
    yanked: false,
    metadataOffered: requiresDist !== undefined,
  }
}

function sizesOf({ download, installed, source }: Omit<KnownSize, 'filename'>): Omit<FileSizes, 'exact'> {
  return { download, ...(installed === null ? {} : { installed }), ...(source ? { source } : {}) }
}

/** @returns undefined where the dependencies are not known */
function coreMetadata({ project, version, release }: KnownRelease): CoreMetadata | undefined {
  const { requiresPython, requiresDist, extras = [] } = release
  if (!requiresDist) return undefined
  return {
    name: project,
    version,
    requiresDist,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    providesExtra: extras,
    dynamic: [],
    // The first version in which nothing that is stated can differ from what a build would say.
    metadataVersion: '2.2',
  }
}
