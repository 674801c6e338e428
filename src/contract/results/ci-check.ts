import type { CiCode } from '../codes/ci.ts'
import type { DockerCode } from '../codes/docker.ts'
import type { Finding } from './rewrite.ts'

/** What a file with commands is. */
export type CommandFileKind =
  | 'workflow'
  | 'action'
  | 'gitlab'
  | 'compose'
  | 'devcontainer'
  | 'dockerfile'
  | 'makefile'
  | 'justfile'
  | 'tox'
  | 'nox'
  | 'script'

/** Outcome of `ci check`, and word for word the JSON document that `--format json` prints. */
export interface CiCheckResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  readonly files: readonly CiFileResult[]
  /** What the fixed commands save in one run of everything; null where no bytes are known. */
  readonly savings: CiSavings | null
  /** No error and no warning remains. */
  readonly ok: boolean
}

/** Bytes and time that CUDA costs, as far as they are known. */
export interface CiSavings {
  /** In one run of each job, each combination of its matrix counted. */
  readonly perRun: CiCost
  /** In a month of the workflows of which only a schedule says when they run; null where there are none. */
  readonly perMonth: CiCost | null
}

/** What an install costs: more than with CPU builds, where it is a saving. */
export interface CiCost {
  /** Bytes to download. */
  readonly download: number
  /** Bytes on the disk. */
  readonly installed: number
  /** A rough estimate. */
  readonly seconds: number
}

/** One file with commands. */
export interface CiFileResult {
  readonly path: string
  readonly kind: CommandFileKind
  /** How many install commands were found. */
  readonly commands: number
  /** It changes. */
  readonly changed: boolean
  /** A patch for `git apply`; empty without `fix`, or where nothing changes. */
  readonly diff: string
  readonly findings: readonly CiFinding[]
}

/** Its line is that of the file as it is, before any fix. */
export interface CiFinding extends Finding {
  readonly code: CiCode | DockerCode
  /** Why it matters. */
  readonly reason: string
  /** There is a safe fix. */
  readonly fixable: boolean
  /** Gone once the diff is applied. */
  readonly fixed: boolean
  /** Why there is no fix, as a clause; absent where there is one, or nothing to fix. */
  readonly unfixed?: string
  /** The job, the recipe or the session. */
  readonly job?: string
  /** The Pythons for which it holds. */
  readonly python?: readonly string[]
  /** What CPU builds would save in one run; absent where it is not known. */
  readonly saved?: CiCost
}
