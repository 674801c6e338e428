import type { AuditResult } from '../audit/result.ts'
import { auditMarkdown } from './audit-markdown.ts'
import { type AuditStyle, auditText } from './audit-text.ts'
import { verdict } from './audit-words.ts'
import { verdictCommands } from './github.ts'
import { jsonDocument } from './json-document.ts'

/** How `audit` prints, by `--format`. */
export const auditReports = {
  text: auditText,
  json: jsonDocument as (result: AuditResult) => string,
  markdown: auditMarkdown as (result: AuditResult) => string,
  github: (result: AuditResult) => verdictCommands('torchpin audit', result, verdict(result)),
} satisfies Record<string, (result: AuditResult, style: AuditStyle) => string>
