/**
 * A file, which several names may lead to: hard links are one object under each of them, and so are the layer that brings a
 * file and the tree that all layers make.
 */
export interface File {
  readonly kind: 'file'
  readonly size: number
  /** Names that lead to it. */
  links: number
  /** What is kept of its contents, if they are of use: see `telling-files.ts`. */
  text?: string
}

export interface Folder {
  readonly kind: 'folder'
  readonly children: Map<string, Node>
  /** Names that a layer takes away from the layers below. */
  removed?: Set<string>
  /** The layer takes away everything the layers below have here. */
  opaque?: boolean
}

/** A symbolic link, a device, …: something of no bytes that hides what was there. */
export interface Weightless {
  readonly kind: 'weightless'
}

/** A further name of a file that a layer below brings. */
export interface HardLink {
  readonly kind: 'hard-link'
  readonly target: readonly string[]
}

export type Node = File | Folder | Weightless | HardLink

export const weightless: Weightless = { kind: 'weightless' }

export function emptyFolder(): Folder {
  return { kind: 'folder', children: new Map() }
}

/** The names of a path from the root; undefined where it leads out of it. `.` and empty names lead nowhere. */
export function namesOf(path: string): string[] | undefined {
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..' && names.pop() === undefined) return undefined
    if (name !== '' && name !== '.' && name !== '..') names.push(name)
  }
  return names
}

/** What is at a place below a folder, if there is something. Symbolic links are not followed. */
export function find(folder: Folder, names: readonly string[]): Node | undefined {
  let node: Node | undefined = folder
  for (const name of names) {
    if (node?.kind !== 'folder') return undefined
    node = node.children.get(name)
  }
  return node
}

/**
 * The folder at a place below another one, made where there is none. What is in its way goes, and with it what that hid.
 *
 * @param onNew called for each folder that is made
 */
export function folderAt(root: Folder, names: readonly string[], onNew?: () => void): Folder {
  let folder = root
  for (const name of names) {
    let next = folder.children.get(name)
    if (next?.kind !== 'folder') {
      const inItsWay = next !== undefined
      next = emptyFolder()
      onNew?.()
      if (inItsWay) next.opaque = true
      folder.children.set(name, next)
    }
    folder = next
  }
  return folder
}

/** Everything below a folder with its path, a folder before what is in it. */
export function* walk(folder: Folder): Generator<{ readonly path: string; readonly node: Node }> {
  const open = [{ before: '', rest: folder.children.entries() }]
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    const { value: child } = inner.rest.next()
    if (!child) {
      open.pop()
      continue
    }
    const [name, node] = child
    const path = inner.before + name
    yield { path, node }
    if (node.kind === 'folder') open.push({ before: `${path}/`, rest: node.children.entries() })
  }
}

/** Files below a folder and their bytes, each once whatever its names. */
export function weigh(folder: Folder): { files: number; bytes: number } {
  let files = 0
  let bytes = 0
  for (const file of filesBelow(folder)) {
    files++
    bytes += file.size
  }
  return { files, bytes }
}

/** The files below a folder, each once. */
export function* filesBelow(folder: Folder): Generator<File> {
  const seen = new Set<File>()
  for (const { node } of walk(folder)) {
    if (node.kind !== 'file' || (node.links > 1 && seen.has(node))) continue
    if (node.links > 1) seen.add(node)
    yield node
  }
}
