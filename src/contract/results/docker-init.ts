import type { Finding } from './rewrite.ts'

/** Outcome of one run, and word for word the JSON document that `--format json` prints. */
export interface DockerInitResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  /** As given. */
  readonly folder: string
  /** What the repository says, and where. */
  readonly recognised: readonly { readonly what: string; readonly value: string; readonly source: string }[]
  /** The Dockerfile and the .dockerignore. */
  readonly files: readonly {
    readonly path: string
    readonly action: 'write' | 'replace' | 'keep'
    /** Empty where the file is kept, or stays the same. */
    readonly diff: string
  }[]
  /** What is not known, or not as it should be. */
  readonly findings: readonly Finding[]
  /** Commands that come next. */
  readonly next: readonly string[]
}
