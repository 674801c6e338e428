import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/contract/results/rewrite.ts'
import { checkReports } from '../../src/report/check.ts'
import { describeFindings } from '../../src/report/findings.ts'
import { formatterFor } from '../../src/report/formatter.ts'
import { verdictCommands } from '../../src/report/github.ts'
import { findingItems } from '../../src/report/markdown-text.ts'
import { firstOfEach } from '../../src/text/of-a-kind.ts'

const findings = Array.from(
  { length: 20_000 },
  (_, i): Finding => ({ path: 'a.txt', line: i + 1, code: 'kept', level: 'info', message: `line ${i}` }),
)
const other: Finding = { path: 'b.txt', line: 1, code: 'marker-false', level: 'info', message: 'other' }
const pen = formatterFor({ color: false, width: 80, ascii: false })

test('the first ten of each kind in their order, and how many more', () => {
  const { shown, more } = firstOfEach([...findings, other], ({ code }) => code)
  expect(shown).toEqual([...findings.slice(0, 10), other])
  expect(more).toEqual([{ like: findings[0], count: 19_990 }])
})

describe('20,000 findings of a kind', () => {
  test('text: ten, how many more, and how to see them', () => {
    const lines = describeFindings([...findings, other], pen)
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(12)
    expect(lines.at(-1)).toBe('… info[kept]: and 19,990 more like it; --verbose or --format json shows all')
  })

  test('text with --verbose: all', () => {
    expect(describeFindings(findings, pen, true).trimEnd().split('\n')).toHaveLength(20_000)
  })

  test('markdown', () => {
    const lines = findingItems([...findings, other]).split('\n')
    expect(lines).toHaveLength(12)
    expect(lines.at(-1)).toBe('- … info `kept`: and 19,990 more like it')
  })

  test('annotations of GitHub, which shows ten', () => {
    const lines = verdictCommands('t', { findings, ok: true }, 'v').trimEnd().split('\n')
    expect(lines).toHaveLength(12)
  })

  test('SARIF stays complete', () => {
    const result = { findings } as unknown as Parameters<typeof checkReports.sarif>[0]
    const style = { color: false, width: 80, diffOnly: false, quiet: false, ascii: false }
    expect(JSON.parse(checkReports.sarif(result, style)).runs[0].results).toHaveLength(20_000)
  })
})
