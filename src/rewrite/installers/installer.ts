import type { Target } from '../../packaging/target.ts'
import type { NeutralGround } from './neutral-ground.ts'

/** pip or uv as it is on this machine. */
export interface Installer {
  readonly tool: 'pip' | 'uv'
  readonly version: string
  /** The command that works out an install, and installs nothing. */
  tryOut(asked: TrialInstall): string[]
  /** Whether a line of its output says that an index or a file could not be had, whatever the question was. */
  isUnreached(line: string): boolean
}

/** An install that is tried out. */
export interface TrialInstall {
  /** See `Shadow.arguments`. */
  readonly files: readonly string[]
  readonly target: Target
  /** Indexes that are asked though the files do not name them: those of flags. */
  readonly indexUrl: string | undefined
  readonly extraIndexUrls: readonly string[]
  /** Where an installer that keeps a log may write more than it prints. */
  readonly log: string
}

/** Looks for an installer that can answer for a target. */
export type FindInstaller = (target: Target, ground: NeutralGround) => Promise<Installer | undefined>

/** The names of the Pythons of a target, the best first. */
export function pythonNames({ python }: Target): string[] {
  return [`python${python.split('.').slice(0, 2).join('.')}`, 'python3', 'python']
}
