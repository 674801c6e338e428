import { expect, test } from 'vitest'
import type { Finding } from '../../src/contract/results/rewrite.ts'
import { sarif } from '../../src/report/sarif.ts'

const found: Finding = { code: 'not-pinned', level: 'warning', path: 'my app/requirements.txt', line: 3, message: 'a' }

test('a finding has its place, and its code a rule with what there is to know', () => {
  const document = JSON.parse(sarif([found, { ...found, level: 'info', line: 4, column: 2, hint: 'b' }]))
  expect(document).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'torchpin' } } }] })
  const [{ tool, results }] = document.runs
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['not-pinned'])
  expect(results).toMatchObject([
    {
      ruleId: 'not-pinned',
      level: 'warning',
      message: { text: 'a' },
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'my%20app/requirements.txt' }, region: { startLine: 3 } } },
      ],
    },
    {
      level: 'note',
      message: { text: 'a. Hint: b' },
      locations: [{ physicalLocation: { region: { startLine: 4, startColumn: 2 } } }],
    },
  ])
})

test('what is about a whole file is at its first line: hosts want a line', () => {
  const { line: _, ...whole } = found
  expect(JSON.parse(sarif([whole])).runs[0].results[0].locations[0].physicalLocation.region).toEqual({ startLine: 1 })
})

test('nothing found is a document too', () => {
  expect(JSON.parse(sarif([])).runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } })
})
