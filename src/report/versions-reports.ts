import type { VersionsResult } from '../versions-result.ts'
import { jsonDocument } from './json-document.ts'
import type { Style } from './pen.ts'
import { versionsMarkdown } from './versions-markdown.ts'
import { versionsText } from './versions-text.ts'

/** The formats of `torchpin versions --format`. */
export const versionsReports = {
  text: versionsText,
  json: jsonDocument,
  markdown: versionsMarkdown,
} satisfies Record<string, (result: VersionsResult, style: Style) => string>
