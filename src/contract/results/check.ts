import type { Budget } from './budget.ts'
import type { Finding, RewriteResult, Totals } from './rewrite.ts'

/** A limit on what is installed together. */
export interface UnitBudget extends Budget {
  /** The first file of what it is held against, where a run has several units. */
  readonly unit?: string
  /** Set where something is not known that counts against it. */
  readonly unknown?: true
  /** Bytes of `actual` that are bytecode: of `max-installed`, where the installer writes any. */
  readonly bytecode?: number
}

/** What a rewrite would do, and what is wrong with the files as they are. */
export interface CheckResult extends RewriteResult {
  /** What the files install as they are, all units together; null where it was not asked for or cannot be worked out. */
  readonly install: Totals | null
  /** Each is held against each unit. */
  readonly budgets: readonly UnitBudget[]
  /** What is installed whose own needs are not known, so that more may come with it. */
  readonly unknown: readonly string[]
  /** In the order of the files and their lines; those of a whole unit last. */
  readonly findings: readonly Finding[]
  /** Whether nothing was found; what `rewrite` reports besides is in `files` and does not count. */
  readonly ok: boolean
}
