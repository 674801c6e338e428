import type { Target } from '../packaging/target.ts'
import type { ProgramOptions } from './program.ts'

/** pip or uv as it is on this machine. */
export interface Installer {
  readonly tool: 'pip' | 'uv'
  readonly version: string
  /** The command that works out an install for a target, and installs nothing. @param files see `Shadow.arguments` */
  tryOut(files: readonly string[], target: Target, indexes: AskedIndexes): string[]
}

/** Indexes that are asked though the files do not name them: those of flags. */
export interface AskedIndexes {
  readonly indexUrl: string | undefined
  readonly extraIndexUrls: readonly string[]
}

/** Looks for an installer that can answer for a target. */
export type FindInstaller = (target: Target, options: ProgramOptions) => Promise<Installer | undefined>
