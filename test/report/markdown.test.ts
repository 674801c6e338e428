import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markdownReport } from '../../src/report/rewrite/markdown.ts'
import { arbitraryResult } from './arbitrary-result.ts'
import { anyCode, plain, sample, sampleFile, savingsOf, side } from './sample.ts'

const reportOf = (file: Partial<typeof sampleFile>) =>
  markdownReport({ ...sample, savings: null, files: [{ ...sampleFile, ...file }] }, plain)

describe('markdownReport', () => {
  test('savings, what there is to say, diff', () => {
    expect(markdownReport(sample, plain)).toMatchInlineSnapshot(`
      "**\\~1.16 GB → 209 MB to download (−82 %), \\~2.48 GB → 769 MB on disk (−69 %)**

      | package | before | after | download | installed |
      | --- | --- | --- | ---: | ---: |
      | \`nvidia-cublas\` | \`13.1.1.3\` | – | −423 MB | −597 MB |
      | \`torch\` | \`2.13.0\` | \`2.13.0+cpu\` | −335 MB | −396 MB |
      | \`triton\` | \`3.7.1\` | – | ~−198 MB | ~−721 MB |
      | **total** | 4 packages | 2 packages | **~−956 MB** (−82 %) | **~−1.71 GB** (−69 %) |

      - \`requirements.txt:2\` warning \`uv-first-index\`: uv reads every project from there alone. Hint: run torchpin with --index-style find-links

      \`\`\`diff
      --- a/requirements.txt
      +++ b/requirements.txt
      @@ -1,3 +1,4 @@
       # web service
      -numpy>=1.26  # arrays
      -torch>=2.0.0
      +--extra-index-url https://download.pytorch.org/whl/cpu
      +numpy==2.3.5  # arrays
      +torch==2.13.0+cpu
      \`\`\`
      "
    `)
  })

  test('nothing to change', () => {
    expect(reportOf({ changed: false, diff: '', changes: [], diagnostics: [] })).toBe(
      '**Nothing to change in requirements.txt**\n',
    )
  })

  test('many packages: the largest, then the rest in one row', () => {
    const packages = Array.from({ length: 40 }, (_, i) => ({
      name: `p${i}`,
      before: side('1', i + 1, i + 1),
      after: null,
    }))
    const report = markdownReport({ ...sample, savings: savingsOf(packages) }, plain)
    expect(report).toContain('| 25 more |  |  | −325 B | −325 B |\n| **total** | 40 packages | 0 packages |')
  })

  test('a fence is longer than any in the diff', () => {
    const diff = '--- a/r\n+++ b/r\n@@ -1 +1 @@\n-```\n+````\n'
    expect(reportOf({ diff })).toContain(`\`\`\`\`\`diff\n${diff}\`\`\`\`\`\n`)
  })

  test('a diff too long for a comment is cut at a line, and says so', () => {
    const report = reportOf({ diff: '+torch==2.13.0+cpu\n'.repeat(10_000) })
    expect(report.length).toBeLessThan(65_536)
    expect(report).toMatch(/\n\+torch==2\.13\.0\+cpu\n```\n\nThe diff is longer; .*\n$/)
  })

  test('--diff-only', () => {
    expect(markdownReport(sample, { ...plain, diffOnly: true })).toBe(`\`\`\`diff\n${sampleFile.diff}\`\`\`\n`)
  })

  test.each([
    { id: 'markup', message: '*a* _b_ <b>c</b> [d](e)', told: '\\*a\\* \\_b\\_ \\<b\\>c\\</b\\> \\[d\\](e)' },
    { id: 'entities', message: '&lt; | `x`', told: '&amp;lt; &#124; \\`x\\`' },
    { id: 'mentions and issues', message: '@octocat #1', told: '@<!-- -->octocat \\#1' },
    { id: 'line ends', message: 'a\n- b', told: 'a\\\\x0a- b' },
  ])('takes $id as text', ({ message, told }) => {
    const report = reportOf({ diff: '', diagnostics: [{ code: anyCode('c'), level: 'error', line: 1, message }] })
    expect(report).toContain(`- \`requirements.txt:1\` error \`c\`: ${told}\n`)
  })

  test.each([
    { id: 'plain', name: 'nvidia-cublas', told: '`nvidia-cublas`' },
    { id: 'backtick', name: 'a`b', told: '<code>a&#96;b</code>' },
    { id: 'pipe', name: 'a|b', told: '<code>a&#124;b</code>' },
    { id: 'backslash and pipe', name: 'a\\|b', told: '<code>a&#92;&#124;b</code>' },
    { id: 'tag', name: 'a b<i>', told: '<code>a b&#60;i&#62;</code>' },
    { id: 'control characters', name: '\u001b\n', told: '<code>&#92;x1b&#92;x0a</code>' },
    { id: 'nothing', name: '', told: '<code></code>' },
  ])('a name with $id', ({ name, told }) => {
    const savings = savingsOf([{ name, before: side('1', 5, 5), after: null }])
    expect(markdownReport({ ...sample, savings }, plain)).toContain(`\n| ${told} | \`1\` | – |`)
  })

  test('every row of the table has five cells, whatever the names', () => {
    fc.assert(
      fc.property(arbitraryResult, result => {
        const report = markdownReport({ ...result, files: [sampleFile] }, plain)
        const rows = report.split('\n').filter(line => line.startsWith('|'))
        for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6)
        if (rows.length > 0) expect(rows.at(-1)).toContain('**total**')
      }),
    )
  })
})
