import type { Code } from '../codes/codes.ts'

/** Where the facts about the CPU wheels came from: asked just now, from an earlier run, or from what ships in the package. */
export type IndexOrigin = 'live' | 'cache' | 'snapshot'

/** Outcome of one run, and word for word the JSON document that `--format json` prints. Keys are added, never renamed. */
export interface RewriteResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  readonly target: TargetResult
  readonly index: IndexResult
  readonly files: readonly FileResult[]
  /** Of all units together. Null when sizes were not asked for or could not be had. */
  readonly savings: Savings | null
  /** What is installed together, each resolved on its own: one, or several where a folder holds several. */
  readonly units: readonly UnitResult[]
  /** With `--verify`: who has worked out an install of the result. */
  readonly verified?: readonly VerifiedResult[]
}

/** Files that are installed together. */
export interface UnitResult {
  /** The paths of its files, as in `files`. */
  readonly files: readonly string[]
  readonly target: TargetResult
  readonly savings: Savings | null
}

/** An installer of this machine that takes the rewritten files. */
export interface VerifiedResult {
  readonly tool: 'pip' | 'uv' | 'poetry'
  readonly version: string
  readonly python: string
  readonly platform: string
}

/** What the pins were chosen for. */
export interface TargetResult {
  readonly python: readonly string[]
  readonly platforms: readonly string[]
  /** Where the Python version was read: `Dockerfile:1`, `--python`, … */
  readonly source: string
}

/** The CPU index. */
export interface IndexResult {
  readonly url: string
  readonly origin: IndexOrigin
  /** ISO date of the facts, when `origin` is `snapshot`. */
  readonly snapshotDate?: string
}

/** One requirements file. */
export interface FileResult {
  /** As the user, or the file that includes it, names it. */
  readonly path: string
  readonly changed: boolean
  /** A patch for `git apply`; empty when nothing changed. */
  readonly diff: string
  readonly changes: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What happened to an entry: `pin` to a version, `switch` to the CPU build or index, `add` a torch line, `inject` an index line, `remove`, `replace` by another package, `rehash`. */
export type ChangeAction = 'pin' | 'switch' | 'add' | 'inject' | 'remove' | 'replace' | 'rehash'

/** One decision about one entry. */
export interface Change {
  readonly action: ChangeAction
  /** 1-based line of the original file; for something added, the line it was put before. */
  readonly line: number
  readonly name: string
  /** The entry before, empty when it is new. */
  readonly from: string
  /** The entry now, empty when it is gone. */
  readonly to: string
  readonly reason: string
}

/** How much a reader has to care. */
export type DiagnosticLevel = 'error' | 'warning' | 'info'

/** A remark about a place in a file. */
export interface Diagnostic {
  /** A kebab-case word that stays the same between releases; `torchpin explain` has a page for it. */
  readonly code: Code
  readonly level: DiagnosticLevel
  /** 1-based line of the original file. */
  readonly line: number
  /** 1-based, in UTF-16 units. */
  readonly column?: number
  /** One sentence without a full stop. */
  readonly message: string
  /** What to do about it, as one sentence without a full stop. */
  readonly hint?: string
}

/** Something that a command found, with the file it is about. */
export interface Finding extends Omit<Diagnostic, 'line'> {
  readonly path: string
  /** 1-based; left out where the finding is about the whole. */
  readonly line?: number
}

/** What an install costs before and after, in bytes. */
export interface Savings {
  readonly before: Totals
  readonly after: Totals
  /** `before` minus `after`: negative when the new set is larger. */
  readonly saved: {
    readonly download: number
    readonly installed: number
    /** Where the installer writes bytecode. */
    readonly bytecode?: number
  }
  /** Packages whose bytes are not known before or after: none of the numbers above holds bytes of theirs, on either side. */
  readonly unknown: readonly string[]
  readonly packages: readonly PackageSaving[]
}

/**
 * Bytes of the `.pyc` files that an installer writes beside the `.py` files it unpacks. They come on top of `installed`: what
 * lies on the disk in the end is the sum. Absent where the installer writes none: uv, or pip with `--no-compile`.
 */
export interface Bytecode {
  readonly bytes: number
  /** False unless there is no source at all: the bytes are worked out from those of the `.py` files. */
  readonly exact: boolean
}

/** A whole install: number of packages, bytes to download, bytes unpacked, and bytes of bytecode on top of these. */
export interface Totals {
  readonly packages: number
  readonly download: number
  readonly installed: number
  /** False when any part of `download` or `installed` is an estimate, or left out. */
  readonly exact: boolean
  /** Of the packages whose source is known on each side where they are installed. */
  readonly bytecode?: Bytecode
}

/** One package on both sides; null where it is not installed. */
export interface PackageSaving {
  readonly name: string
  readonly before: PackageSize | null
  readonly after: PackageSize | null
}

/** One version of a package: bytes to download, bytes unpacked; null if unknown. */
export interface PackageSize {
  readonly version: string
  readonly download: number | null
  readonly installed: number | null
  readonly exact: boolean
  /** Null where it is not known how much source the package has. */
  readonly bytecode?: Bytecode | null
  /** The file whose bytes these are, where those of the file itself are not known. */
  readonly estimatedFrom?: string
}
