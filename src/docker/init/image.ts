import type { SystemPackage } from '../system-libraries.ts'

import type { EntryPoint } from './entry-points/entry-point.ts'
import type { ImageInstall } from './install.ts'
import type { Note } from './notes.ts'
import type { Write } from './writes.ts'

/** Everything that a Dockerfile is written from. */
export interface Image {
  /** `python:3.12-slim-trixie` */
  readonly base: string
  /** What was read, and where: one line each. */
  readonly read: readonly string[]
  readonly system: readonly SystemPackage[]
  readonly install: ImageInstall
  /** Keeps CUDA out of what pip installs: options, and a release of torch. */
  readonly cpu: CpuArguments
  readonly entry: EntryPoint | undefined
  readonly port: number | undefined
  /** What the application writes below /app. */
  readonly writes: readonly Write[]
  readonly notes: readonly Note[]
}

/** Words for the command line of pip. */
export interface CpuArguments {
  readonly options: readonly string[]
  readonly pins: readonly string[]
  /** No CUDA build comes: the build may prove it. */
  readonly proved: boolean
}
