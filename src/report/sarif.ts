import { explanations } from '../contract/codes/codes.ts'
import type { Finding } from '../contract/results/rewrite.ts'
import { version } from '../contract/version.ts'
import { jsonDocument } from './json-document.ts'

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

/**
 * Findings as SARIF 2.1.0 (OASIS), which code hosts show beside the lines: each with its place, and a rule for each code
 * that occurs, with what `torchpin explain` says about it.
 */
export function sarif(findings: readonly Finding[]): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort()
  const pages = explanations().filter(({ code }) => codes.includes(code))
  return jsonDocument({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'torchpin',
            version,
            rules: pages.map(({ code, title, why, fix }) => ({
              id: code,
              shortDescription: { text: `${title}.` },
              fullDescription: { text: why },
              help: { text: `${why}\n\n${fix}` },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(resultOf),
      },
    ],
  })
}

function resultOf({ code, level, path, line = 1, column, message, hint }: Finding): object {
  return {
    ruleId: code,
    level: levels[level],
    message: { text: hint === undefined ? message : `${message}. Hint: ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
        },
      },
    ],
    // A finding whose line moves stays the same finding, so that a host does not report it again.
    partialFingerprints: { 'torchpin/v1': `${code} ${path} ${message}` },
  }
}
