import type { Platform } from '../packaging/target.ts'
import type { Joined } from '../project-files/shell/joined.ts'
import type { Values } from '../project-files/shell/words.ts'
import type { Span } from '../text/edits.ts'
import type { SourceFile } from './source-files.ts'

/** How a command is put before another one where a script stands. */
export type Addition =
  /** On a line of its own, indented as that of the other. */
  | { readonly by: 'line' }
  /** By making the plain scalar of one line a block; `indentation` is that of the lines of the block. */
  | { readonly by: 'block'; readonly scalar: Span; readonly indentation: string }
  /** As an item of the list before that of the other; `lead` is what stands before the text of an item. */
  | { readonly by: 'item'; readonly lineStart: number; readonly lead: string }
  /** On the same line, with `&&` behind it. */
  | { readonly by: 'and' }
  /** As a call before that of the other: `session.install(`. */
  | { readonly by: 'call'; readonly lineStart: number; readonly lead: string }

/** A shell script where it stands in a file. */
export interface Script {
  readonly file: SourceFile
  readonly text: Joined
  readonly addition: Addition
  /** Why nothing in it is edited, as a clause. */
  readonly locked?: string
  readonly values: Values
  /** Where it starts, from the top of the repository, which is `/`; undefined where that is not known. */
  readonly folder: string | undefined
  /** The name of the shell, where it is none of POSIX's. */
  readonly foreignShell?: string
  /** Whether it runs depends on what only a run can tell. */
  readonly conditional: boolean
}

/** What commands run on. */
export interface Machine {
  readonly system: 'linux' | 'other' | 'unknown'
  readonly platform: Platform
  /** Whether it has a GPU, as far as is stated. */
  readonly gpu: 'no' | 'yes' | 'unknown'
  /** What says so: `ubuntu-latest`. */
  readonly name: string
}

/** One way in which a job runs: for one combination of its matrix. */
export interface Variant {
  readonly machine: Machine
  /** `3.11`; undefined where nothing states it. */
  readonly python: string | undefined
  /** What says that CUDA is meant, as a clause. */
  readonly meansCuda: string | undefined
  /** The environment may have a torch already, which no command that is read has installed. */
  readonly mayHoldTorch: boolean
  /** Its image, where nothing is known of what that holds. */
  readonly ownImage: string | undefined
  readonly scripts: readonly Script[]
  /** How many jobs of a run it stands for. */
  readonly count: number
}

/** What runs commands in a file: a job of a CI system, a recipe, a session, or the file itself. */
export interface Job {
  readonly file: SourceFile
  readonly name: string
  readonly variants: readonly Variant[]
  /** The image that it runs in, where it is named. */
  readonly image?: { readonly name: string; readonly span: Span }
  /** What keeps what is installed from run to run. */
  readonly caches: readonly Span[]
  /** How often it runs in a month; undefined where its triggers do not tell. */
  readonly runsPerMonth: number | undefined
}
