import type { RewriteResult } from '../result.ts'
import { githubReport } from './github.ts'
import { jsonReport } from './json.ts'
import { markdownReport } from './markdown.ts'
import { textReport } from './text.ts'

/** How a report is to look. */
export interface Style {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
  readonly diffOnly: boolean
  readonly quiet: boolean
  /** The terminal cannot show more than ASCII. */
  readonly ascii: boolean
}

export type Report = (result: RewriteResult, style: Style) => string

/** The formats of `--format`. A new one is a function and a line here. */
export const reports = {
  text: textReport,
  json: jsonReport,
  markdown: markdownReport,
  github: githubReport,
} satisfies Record<string, Report>
