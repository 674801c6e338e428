import type { PythonSource } from '../../packaging/bytecode.ts'

/**
 * A file of a release: name, SHA-256, bytes to download, bytes installed, and where no exact download is known an
 * approximate one. What is not known is null. The name is the tail of the wheel's file name after `project-version-`
 * (a build tag included), or the whole file name where it is spelled otherwise or is no wheel.
 */
export type FileRow = readonly [
  name: string,
  sha256: string | null,
  size: number | null,
  installed: number | null,
  approximateSize?: number,
]

/** A release: its core metadata, which counts for all of its files as it does for uv, and the files that are known. */
export interface Release {
  readonly requiresPython?: string
  /** Absent: not known. */
  readonly requiresDist?: readonly string[]
  readonly extras?: readonly string[]
  /** The metadata was not read from these files but from the public index's wheel of the same release, less what CUDA needs. */
  readonly derived?: true
  /** When it was released: the upload of its last file or, for the CPU index, which copies files about, of the first public one. */
  readonly uploaded?: string
  /**
   * Bytes of the `.py` files in one of its wheels, those of its tests last: nearly the same in all of them.
   * Absent: not known.
   */
  readonly source?: readonly [modules: number, tests: number]
  readonly files: readonly FileRow[]
}

/** Dated facts about an index, as they ship: its answers on that day, never guesses at later ones. */
export interface Snapshot {
  readonly format: 1
  /** Absent for the public index, which goes by no one address. */
  readonly index?: string
  /** ISO date. */
  readonly collected: string
  readonly note: string
  /** By canonical name, then by version. */
  readonly projects: Readonly<Record<string, Readonly<Record<string, Release>>>>
}

/** The source of the wheels of a release; undefined where it is not known. */
export function sourceOf({ source }: Release): PythonSource | undefined {
  return source && { modules: source[0], tests: source[1] }
}

/** The file name that a row stands for. */
export function expandFilename(project: string, version: string, name: string): string {
  return /\.(?:whl|tar\.gz|zip)$/.test(name) ? name : `${stem(project, version)}${name}.whl`
}

/** The reverse of {@link expandFilename}. */
export function shortenFilename(project: string, version: string, filename: string): string {
  const prefix = stem(project, version)
  return filename.startsWith(prefix) && filename.endsWith('.whl')
    ? filename.slice(prefix.length, -'.whl'.length)
    : filename
}

function stem(project: string, version: string): string {
  return `${project.replaceAll('-', '_')}-${version}-`
}
