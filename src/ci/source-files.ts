import { join } from 'node:path'
import { decode } from '../files/encoding.ts'
import { leadsOut, pathFrom } from '../files/folders.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import type { Encoding } from '../text/diff.ts'

/** A file of the repository that holds commands. */
export interface SourceFile {
  /** For display. */
  readonly path: string
  readonly absolute: string
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  readonly text: string
}

/** That a file cannot be read: why, as words that follow its name. */
export interface Unread {
  readonly path: string
  readonly absolute: string
  readonly why: string
}

/** In bytes: more than any file of commands has that a person wrote. */
export const LARGEST_FILE = 2 ** 20

/** The files of a repository, each read once. */
export class SourceFiles {
  /** The top of the repository, absolute. */
  readonly root: string
  readonly #cwd: string
  readonly #read = new Map<string, Promise<SourceFile | Unread>>()
  /** Texts of this run, in place of what is on the disk. */
  readonly #texts: ReadonlyMap<string, string>

  constructor(root: string, cwd: string, texts: ReadonlyMap<string, string> = new Map()) {
    this.root = root
    this.#cwd = cwd
    this.#texts = texts
  }

  /** Reads a file, unless it is known. @param absolute its path @param isFile it is known to be no link */
  read(absolute: string, isFile = false): Promise<SourceFile | Unread> {
    const known = this.#read.get(absolute) ?? this.#load(absolute, isFile)
    this.#read.set(absolute, known)
    return known
  }

  /** A file by its path from the top of the repository, `/scripts/install.sh`; undefined where it cannot be read. */
  async at(path: string): Promise<SourceFile | undefined> {
    const found = await this.read(join(this.root, path))
    return 'why' in found ? undefined : found
  }

  async #load(absolute: string, isFile: boolean): Promise<SourceFile | Unread> {
    const path = pathFrom(this.#cwd, absolute)
    try {
      if (!isFile && (await leadsOut(absolute))) return { path, absolute, why: 'is a link out of the repository' }
      const bytes = await readRegular(absolute, LARGEST_FILE)
      const decoded = decode(bytes)
      if ('problem' in decoded) return { path, absolute, why: decoded.problem }
      return { path, absolute, bytes, encoding: decoded.encoding, text: this.#texts.get(absolute) ?? decoded.text }
    } catch (cause) {
      return { path, absolute, why: whyUnreadable(cause) }
    }
  }
}
