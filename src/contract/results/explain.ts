import type { Explanation } from '../codes/codes.ts'

/** The JSON document of `torchpin explain --format json`. Keys are added, never renamed. */
export interface ExplainResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  /** The page that was asked for, those of a message, or all. */
  readonly pages: readonly Explanation[]
}
