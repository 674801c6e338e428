import type { Span } from '../text/edits.ts'
import type { IndexOptionName } from './decision.ts'

/** What says in a file where packages are: an index, or a page of links. */
export interface IndexOption {
  readonly at: Span
  /** Its line, 1-based. */
  readonly line: number
  readonly name: 'index-url' | IndexOptionName
  /** As installers read it. */
  readonly value: string
  /** The place that it names; undefined: a variable in it has no value. */
  readonly url: string | undefined
  /** False where installers read it and do not act on it. */
  readonly effective: boolean
  /** What looks like a marker stands behind it. */
  readonly marked: boolean
  /** A variable stands on its line: somebody else decides. */
  readonly usesEnvironment: boolean
}

/** Where an installer looks for packages once it has read a file and all that the file includes. */
export interface IndexesInForce {
  readonly indexUrl: string | undefined
  readonly extraIndexUrls: readonly string[]
  readonly findLinks: readonly string[]
  readonly noIndex: boolean
}
