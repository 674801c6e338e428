import { describe, expect, test } from 'vitest'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { totalSavings } from '../../src/contract/results/totals.ts'
import { markdownReport } from '../../src/report/rewrite/markdown.ts'
import { textReport } from '../../src/report/rewrite/text.ts'
import { commonTarget } from '../../src/rewrite/rewrite.ts'
import { plain, sample, sampleFile, sampleSavings, savingsOf, side } from './sample.ts'

const lean = savingsOf([
  { name: 'flask', before: side('3.0.0', 102_000, 400_000), after: side('3.0.0', 102_000, 400_000) },
])
const targetOf = (python: string, source: string) => ({ python: [python], platforms: ['linux-x86_64'], source })
const file = { ...sampleFile, diff: '', diagnostics: [] }
const units: RewriteResult['units'] = [
  {
    files: ['services/search/requirements.txt', 'services/search/base.txt'],
    target: targetOf('3.11', 'a'),
    savings: sampleSavings,
  },
  { files: ['services/web/requirements.txt'], target: targetOf('3.12', 'b'), savings: lean },
  { files: ['tools/requirements.txt'], target: targetOf('3.12', 'c'), savings: null },
]
const result: RewriteResult = {
  ...sample,
  target: commonTarget(units.map(({ target }) => target)),
  files: units
    .flatMap(({ files }) => files)
    .map((path, i) => ({ ...file, path, changed: i === 0, changes: i === 0 ? file.changes : [] })),
  savings: totalSavings(units.map(({ savings }) => savings)),
  units,
}

describe('several units', () => {
  test('text: a row for each, and the whole', () => {
    const report = textReport(result, { ...plain, width: 110 })
    expect(report.slice(report.indexOf('  files'))).toMatchInlineSnapshot(`
      "  files                                            Python  changes            download           installed
        services/search/requirements.txt and 1 more        3.11        3   ~1.16 GB → 209 MB   ~2.48 GB → 769 MB
        services/web/requirements.txt                      3.12        0              102 kB              400 kB
        tools/requirements.txt                             3.12        0                   –                   –
        ────────────────────────────────────────────────────────────────────────────────────────────────────────
        4 files                                      3.11, 3.12        3  ~1.16 GB → ~209 MB  ~2.48 GB → ~770 MB

      ~1.16 GB → ~209 MB to download (−82 %), ~2.48 GB → ~770 MB on disk (−69 %)
      "
    `)
  })

  test('a narrow terminal gets fewer columns', () => {
    const report = textReport(result, { ...plain, width: 60 })
    expect(report.slice(report.indexOf('  files'))).toMatchInlineSnapshot(`
      "  files                                             download
        services/search/requirements.txt and …   ~1.16 GB → 209 MB
        services/web/requirements.txt                       102 kB
        tools/requirements.txt                                   –
        ──────────────────────────────────────────────────────────
        4 files                                 ~1.16 GB → ~209 MB

      ~1.16 GB → ~209 MB to download (−82 %), ~2.48 GB → ~770 MB on disk (−69 %)
      "
    `)
  })

  test('markdown: the same as a table', () => {
    expect(markdownReport(result, plain)).toMatchInlineSnapshot(`
      "**\\~1.16 GB → \\~209 MB to download (−82 %), \\~2.48 GB → \\~770 MB on disk (−69 %)**

      | files | Python | changes | download | installed |
      | --- | --- | ---: | ---: | ---: |
      | \`services/search/requirements.txt\` and 1 more | 3.11 | 3 | ~1.16 GB → 209 MB | ~2.48 GB → 769 MB |
      | \`services/web/requirements.txt\` | 3.12 | 0 | 102 kB | 400 kB |
      | \`tools/requirements.txt\` | 3.12 | 0 | – | – |
      | **total**, 4 files | 3.11, 3.12 | 3 | **~1.16 GB → ~209 MB** | **~2.48 GB → ~770 MB** |
      "
    `)
  })

  test.each([
    ['text', textReport],
    ['markdown', markdownReport],
  ])('%s: the packages of all are for who wants more', (_, report) => {
    expect(report(result, plain)).not.toContain('nvidia-cublas')
    expect(report(result, { ...plain, verbose: true })).toContain('nvidia-cublas')
    expect(report(sample, plain)).toContain('nvidia-cublas')
  })

  test('what makes markdown long is cut', () => {
    const many = Array.from({ length: 130 }, (_, i) => ({ ...units[1]!, files: [`s${i}/requirements.txt`] }))
    const report = markdownReport({ ...result, units: many }, plain)
    expect(report.match(/`s\d+\/requirements\.txt`/g)).toHaveLength(100)
    expect(report).toContain('| 30 more |  |  |  |  |')
  })
})

describe('the whole', () => {
  test('a package has one row for each pair of versions, with the bytes of all units', () => {
    const of = (before: string, bytes: number) =>
      savingsOf([{ name: 'torch', before: side(before, bytes, bytes), after: side('2.1.0+cpu', 1, 1) }])
    expect(totalSavings([of('2.1.0', 10), of('2.1.0', 10), of('2.1.1', 7)])).toMatchObject({
      before: { packages: 3, download: 27, exact: true },
      after: { packages: 3, download: 3 },
      saved: { download: 24 },
      packages: [
        { name: 'torch', before: { version: '2.1.0', download: 20 }, after: { version: '2.1.0+cpu', download: 2 } },
        { name: 'torch', before: { version: '2.1.1', download: 7 }, after: { version: '2.1.0+cpu', download: 1 } },
      ],
    })
  })

  test('of one unit is that unit, and of none known nothing', () => {
    expect(totalSavings([sampleSavings])).toBe(sampleSavings)
    expect(totalSavings([null, null])).toBeNull()
  })

  test('many places that say which Python are counted', () => {
    const sources = ['a', 'b', 'c', 'd'].map(source => targetOf('3.11', source))
    expect(commonTarget(sources.slice(0, 3)).source).toBe('a, b, c')
    expect(commonTarget(sources)).toEqual({ python: ['3.11'], platforms: ['linux-x86_64'], source: 'a, b and 2 more' })
  })
})
