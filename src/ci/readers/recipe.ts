import type { Script } from '../job.ts'

/** Something with a name in a file that runs commands: a target of make, a recipe of just, an environment, a session. */
export interface Recipe {
  readonly name: string
  readonly scripts: readonly Script[]
  /** The Python that it names. */
  readonly python?: string
  /** What else runs before it. */
  readonly after: readonly string[]
}
