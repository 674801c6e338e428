import type { Budget } from './budget.ts'
import type { Finding, Savings, TargetResult } from './rewrite.ts'

/** What a change of lock files and requirements files adds to what they install, and word for word the JSON document of `check --against`. */
export interface GateResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  /** The other side, as it was given: a revision of git, or the path of a lock file. */
  readonly against: string
  /** Lock files in the order in which they were given or found, then requirements files that differ, one for each set that is installed together. */
  readonly locks: readonly LockChange[]
  /** All of them together, each an install of its own; negative where it is less than before. In bytes. */
  readonly growth: Growth
  /** Each is held against the growth of all of them together. */
  readonly budgets: readonly Budget[]
  readonly findings: readonly Finding[]
  /** Whether nothing was found. */
  readonly ok: boolean
}

/** How much more is downloaded, and lies on the disk. */
export interface Growth {
  readonly download: number
  readonly installed: number
  /** False where any part is an estimate, or not known. */
  readonly exact: boolean
}

/** One lock file on both sides, or requirements files that are installed together. */
export interface LockChange {
  /** Of requirements files, that of the first. */
  readonly path: string
  /** Whether the other side has it. */
  readonly isNew: boolean
  /** The bytes are those of the first Python on the first platform. */
  readonly target: TargetResult
  /** What the other side installs (`before`) and what this one does (`after`): `saved` is negative where it grows. */
  readonly savings: Savings
  /** The shortest way from the project to each package that is new, or of another version. */
  readonly ways: readonly PackageWay[]
}

/** `app`, `sentence-transformers`, `torch`. */
export interface PackageWay {
  readonly name: string
  readonly way: readonly string[]
}
