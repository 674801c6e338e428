import type { RewriteResult } from '../result.ts'
import { githubReport } from './github.ts'
import { jsonReport } from './json.ts'
import { markdownReport } from './markdown.ts'
import type { Style } from './pen.ts'
import { svgReport } from './svg.ts'
import { textReport } from './text.ts'

export type { Style } from './pen.ts'

export type Report = (result: RewriteResult, style: Style) => string

/** The formats of `--format`. A new one is a function and a line here. */
export const reports = {
  text: textReport,
  json: jsonReport,
  markdown: markdownReport,
  github: githubReport,
  svg: svgReport,
} satisfies Record<string, Report>
