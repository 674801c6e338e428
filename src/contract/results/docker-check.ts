import type { DockerCode } from '../codes/docker.ts'
import type { Finding } from './rewrite.ts'

/** Outcome of `docker check`, and word for word the JSON document that `--format json` prints. */
export interface DockerCheckResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  readonly files: readonly DockerFileResult[]
  /** No error and no warning remains. */
  readonly ok: boolean
}

/** One Dockerfile with its .dockerignore. */
export interface DockerFileResult {
  readonly path: string
  /** The Dockerfile or its .dockerignore changes. */
  readonly changed: boolean
  /** A patch for `git apply`; empty without `fix`, or where nothing changes. */
  readonly diff: string
  readonly findings: readonly DockerFinding[]
  readonly stages: readonly StageResult[]
}

/** Its line is that of the file as it is, before any fix. */
export interface DockerFinding extends Finding {
  readonly code: DockerCode
  /** Why it matters. */
  readonly reason: string
  /** There is a safe fix. */
  readonly fixable: boolean
  /** Gone once the diff is applied: by its own fix, or by that of another. */
  readonly fixed: boolean
}

/** One stage of a Dockerfile. */
export interface StageResult {
  /** After AS; null of a stage without a name. */
  readonly name: string | null
  /** The image or the stage it starts from; as written where that is not known. */
  readonly base: string
  /** 1-based line of its FROM. */
  readonly line: number
  /** Its layers are in the image. */
  readonly ships: boolean
}
