import { canonicalizeName } from '../packaging/names.ts'
import type { CondaPackage } from './telling-files.ts'
import { type File, type Folder, find, namesOf, walk } from './tree.ts'

/** An installed package. */
export interface Distribution {
  /** As its metadata spells it. */
  readonly name: string
  readonly project: string
  readonly version: string
  /** Where its metadata is. */
  readonly path: string
  /** The files that it installed and that no other distribution did, each once. */
  readonly files: ReadonlySet<File>
}

/**
 * The distributions of a tree, each with its files: through RECORD (or installed-files.txt) of Python's installers, then through
 * conda's lists, which have the same files again. A file in two lists belongs to the first.
 */
export function distributionsIn(tree: Folder): Distribution[] {
  const owned = new Set<File>()
  return [...installedIn(tree)]
    .toSorted((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))
    .map(({ name, version, path, base, listed }) => {
      const files = new Set<File>()
      for (const place of listed) {
        const names = namesOf(place.startsWith('/') ? place : `${base}/${place}`)
        const file = names && find(tree, names)
        if (file?.kind !== 'file' || owned.has(file)) continue
        owned.add(file)
        files.add(file)
      }
      return { name, project: canonicalizeName(name), version, path, files }
    })
}

interface Installed {
  readonly name: string
  readonly version: string
  readonly path: string
  /** What the paths of the list are relative to. */
  readonly base: string
  readonly listed: readonly string[]
  /** Lower ranks own what several list. */
  readonly rank: number
}

function* installedIn(tree: Folder): Generator<Installed> {
  for (const { path, node } of walk(tree)) {
    if (node.kind === 'folder') {
      const found = distInfo(path, node) ?? eggInfo(path, node)
      if (found) yield found
    } else if (node.kind === 'file' && /(?:^|\/)conda-meta\/[^/]+\.json$/.test(path) && node.text) {
      const { name, version, files } = JSON.parse(node.text) as CondaPackage
      yield { name, version, path, base: path.replace(/(?:^|\/)conda-meta\/[^/]+$/, ''), listed: files, rank: 2 }
    }
  }
}

function distInfo(path: string, folder: Folder): Installed | undefined {
  const [, stem] = /^(.+)\.dist-info$/.exec(baseName(path)) ?? []
  const [named, version] = nameAndVersion(stem ?? '')
  if (version === undefined) return undefined
  const found = identity(folder, 'METADATA', named, version)
  return { ...found, path, base: parent(path), listed: lines(textOf(folder, 'RECORD')), rank: 0 }
}

function eggInfo(path: string, folder: Folder): Installed | undefined {
  const [, stem] = /^(.+)\.egg-info$/.exec(baseName(path)) ?? []
  if (stem === undefined) return undefined
  const [named, version] = nameAndVersion(stem.replace(/-py[\d.]+$/, ''))
  const found = identity(folder, 'PKG-INFO', named, version ?? '')
  return { ...found, path, base: path, listed: lines(textOf(folder, 'installed-files.txt')), rank: 1 }
}

/** Name and version as the metadata has them, or else as the name of its folder does. */
function identity(folder: Folder, metadata: string, named: string, versioned: string) {
  const [name = '', version = ''] = lines(textOf(folder, metadata))
  return { name: name === '' ? named : name, version: version === '' ? versioned : version }
}

function textOf(folder: Folder, name: string): string {
  const node = folder.children.get(name)
  return node?.kind === 'file' ? (node.text ?? '') : ''
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split(/\r?\n/).filter((line, i) => line !== '' || i < 2)
}

/** What stands before and behind the last dash. Without a dash inside, all of it is the name. */
function nameAndVersion(stem: string): [name: string, version: string | undefined] {
  const dash = stem.lastIndexOf('-')
  return dash > 0 && dash < stem.length - 1 ? [stem.slice(0, dash), stem.slice(dash + 1)] : [stem, undefined]
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
