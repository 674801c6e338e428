import type { ReportFormat } from '../../contract/options.ts'
import type { RewriteResult } from '../../contract/results/rewrite.ts'
import type { Style } from '../formatter.ts'
import { githubReport } from './github.ts'
import { jsonReport } from './json.ts'
import { markdownReport } from './markdown.ts'
import { svgReport } from './svg.ts'
import { textReport } from './text.ts'

export type { Style } from '../formatter.ts'

export type Report = (result: RewriteResult, style: Style) => string

/** The formats of `--format`. A new one is a function, a line here, and a word in `reportFormats`. */
export const reports = {
  text: textReport,
  json: jsonReport,
  markdown: markdownReport,
  github: githubReport,
  svg: svgReport,
} satisfies Record<ReportFormat<'rewrite'>, Report>
