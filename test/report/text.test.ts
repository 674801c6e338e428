import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { textReport } from '../../src/report/rewrite/text.ts'
import { displayWidth } from '../../src/report/width.ts'
import { unifiedDiff } from '../../src/text/diff.ts'
import { arbitraryResult } from './arbitrary-result.ts'
import { anyCode, plain, sample, sampleFile, type sampleSavings, savingsOf, side } from './sample.ts'

const onlySavings: RewriteResult = {
  ...sample,
  files: [{ ...sampleFile, diff: '', changes: [], diagnostics: [] }],
}
const reportOf = (result: Partial<RewriteResult>, style = {}) =>
  textReport({ ...sample, ...result }, { ...plain, ...style })

describe('textReport', () => {
  test('80 columns', () => {
    expect(textReport(sample, plain)).toMatchInlineSnapshot(`
      "--- a/requirements.txt
      +++ b/requirements.txt
      @@ -1,3 +1,4 @@
       # web service
      -numpy>=1.26  # arrays
      -torch>=2.0.0
      +--extra-index-url https://download.pytorch.org/whl/cpu
      +numpy==2.3.5  # arrays
      +torch==2.13.0+cpu

      requirements.txt:2: inject torch: the CPU wheels are there
      requirements.txt:2: pin numpy: newest that fits
      requirements.txt:2: warning[uv-first-index]: uv reads every project from there alone
        hint: run torchpin with --index-style find-links
      requirements.txt:3: pin torch: CPU build

      Python 3.11 on linux-x86_64 (Dockerfile:1)

        download   before  ~1.16 GB  █████████████████████████████████████████████████
                   after     209 MB  ████████▊  −82 %

        installed  before  ~2.48 GB  █████████████████████████████████████████████████
                   after     769 MB  ███████████████▏  −69 %

        package         version              download  installed
        nvidia-cublas   13.1.1.3 → –          −423 MB    −597 MB
        torch           2.13.0 → 2.13.0+cpu   −335 MB    −396 MB
        triton          3.7.1 → –            ~−198 MB   ~−721 MB
        ────────────────────────────────────────────────────────
        4 → 2 packages                       ~−956 MB  ~−1.71 GB
                                                −82 %      −69 %

      ~1.16 GB → 209 MB to download (−82 %), ~2.48 GB → 769 MB on disk (−69 %)
      "
    `)
  })

  test('40 columns', () => {
    expect(textReport(onlySavings, { ...plain, width: 40 })).toMatchInlineSnapshot(`
      "Python 3.11 on linux-x86_64 (Dockerfile:1)

      download
        before  ~1.16 GB  ████████████████████
        after     209 MB  ███▋  −82 %

      installed
        before  ~2.48 GB  ████████████████████
        after     769 MB  ██████▎  −69 %

        package         download  installed
        nvidia-cublas    −423 MB    −597 MB
        torch            −335 MB    −396 MB
        triton          ~−198 MB   ~−721 MB
        ───────────────────────────────────
        4 → 2 packages  ~−956 MB  ~−1.71 GB
                           −82 %      −69 %

      ~1.16 GB → 209 MB to download (−82 %), ~2.48 GB → 769 MB on disk (−69 %)
      "
    `)
  })

  test('200 columns, ASCII only', () => {
    expect(textReport(onlySavings, { ...plain, width: 200, ascii: true })).toMatchInlineSnapshot(`
      "Python 3.11 on linux-x86_64 (Dockerfile:1)

        download   before  ~1.16 GB  ################################################################
                   after     209 MB  ###########  -82 %

        installed  before  ~2.48 GB  ################################################################
                   after     769 MB  ####################  -69 %

        package          version               download  installed
        nvidia-cublas    13.1.1.3 -> -          -423 MB    -597 MB
        torch            2.13.0 -> 2.13.0+cpu   -335 MB    -396 MB
        triton           3.7.1 -> -            ~-198 MB   ~-721 MB
        ----------------------------------------------------------
        4 -> 2 packages                        ~-956 MB  ~-1.71 GB
                                                  -82 %      -69 %

      ~1.16 GB -> 209 MB to download (-82 %), ~2.48 GB -> 769 MB on disk (-69 %)
      "
    `)
  })

  test('colours', () => {
    const coloured = textReport(sample, { ...plain, color: true }).replaceAll('\u001b', '^')
    expect(coloured).toMatchInlineSnapshot(`
      "^[1m--- a/requirements.txt^[22m
      ^[1m+++ b/requirements.txt^[22m
      ^[36m@@ -1,3 +1,4 @@^[39m
       # web service
      ^[31m-numpy>=1.26  # arrays^[39m
      ^[31m-torch>=2.0.0^[39m
      ^[32m+--extra-index-url https://download.pytorch.org/whl/cpu^[39m
      ^[32m+numpy==2.3.5  # arrays^[39m
      ^[32m+torch==2.13.0+cpu^[39m

      requirements.txt:2: ^[1minject^[22m torch: ^[2mthe CPU wheels are there^[22m
      requirements.txt:2: ^[1mpin^[22m numpy: ^[2mnewest that fits^[22m
      requirements.txt:2: ^[33mwarning[uv-first-index]^[39m: uv reads every project from there alone
        ^[36mhint^[39m: run torchpin with --index-style find-links
      requirements.txt:3: ^[1mpin^[22m torch: ^[2mCPU build^[22m

      ^[2mPython 3.11 on linux-x86_64 (Dockerfile:1)^[22m

        download   before  ~1.16 GB  ^[31m█████████████████████████████████████████████████^[39m
                   after     209 MB  ^[32m████████▊^[39m  ^[1m−82 %^[22m

        installed  before  ~2.48 GB  ^[31m█████████████████████████████████████████████████^[39m
                   after     769 MB  ^[32m███████████████▏^[39m  ^[1m−69 %^[22m

        ^[2mpackage^[22m         ^[2mversion^[22m              ^[2mdownload^[22m  ^[2minstalled^[22m
        nvidia-cublas   13.1.1.3 → –          ^[32m−423 MB^[39m    ^[32m−597 MB^[39m
        torch           2.13.0 → 2.13.0+cpu   ^[32m−335 MB^[39m    ^[32m−396 MB^[39m
        triton          3.7.1 → –            ^[32m~−198 MB^[39m   ^[32m~−721 MB^[39m
      ^[2m  ────────────────────────────────────────────────────────^[22m
        ^[1m4 → 2 packages^[22m                       ^[1m~−956 MB^[22m  ^[1m~−1.71 GB^[22m
                                                ^[1m−82 %^[22m      ^[1m−69 %^[22m

      ^[1m~1.16 GB → 209 MB to download (−82 %), ~2.48 GB → 769 MB on disk (−69 %)^[22m
      "
    `)
  })

  test('without colours it says the same', () => {
    const coloured = textReport(sample, { ...plain, color: true })
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(textReport(sample, plain))
  })

  test('--diff-only', () => {
    expect(reportOf({}, { diffOnly: true })).toBe(sampleFile.diff)
  })

  test('--quiet: errors only', () => {
    const error = { code: anyCode('no-cpu-wheel'), level: 'error' as const, line: 3, message: 'torch 9 does not exist' }
    const files = [{ ...sampleFile, diagnostics: [...sampleFile.diagnostics, error] }]
    expect(reportOf({ files }, { quiet: true })).toBe(
      'requirements.txt:3: error[no-cpu-wheel]: torch 9 does not exist\n',
    )
  })

  describe('the last line', () => {
    const unchanged = { ...sampleFile, changed: false, diff: '', changes: [], diagnostics: [] }
    const same = savingsOf([{ name: 'torch', before: side('2', 5, 9), after: side('2', 5, 9) }])
    const grown = savingsOf([{ name: 'torch', before: side('2', 100, 0), after: side('3', 150, 70, false) }])
    test.each([
      { id: 'savings', result: {}, line: '~1.16 GB → 209 MB to download (−82 %), ~2.48 GB → 769 MB on disk (−69 %)' },
      { id: 'no sizes', result: { savings: null }, line: '3 changes in requirements.txt' },
      {
        id: 'several files',
        result: { savings: null, files: [sampleFile, sampleFile, unchanged] },
        line: '6 changes in 2 files',
      },
      {
        id: 'changed, and as large as before',
        result: { savings: same },
        line: '5 B to download as before, 9 B on disk as before',
      },
      {
        id: 'larger than before',
        result: { savings: grown },
        line: '100 B → ~150 B to download (+50 %), 0 B → ~70 B on disk',
      },
      { id: 'unchanged', result: { files: [unchanged], savings: null }, line: 'Nothing to change in requirements.txt' },
      {
        id: 'unchanged, with sizes',
        result: { files: [unchanged], savings: same },
        line: 'Nothing to change in requirements.txt: 5 B to download, 9 B on disk',
      },
      { id: 'no files', result: { files: [], savings: null }, line: 'Nothing to change in 0 files' },
    ])('$id', ({ result, line }) => {
      expect(reportOf(result).trimEnd().split('\n').at(-1)).toBe(line)
    })
  })

  test.each([
    { id: 'live', index: { url: '', origin: 'live' as const }, told: '(Dockerfile:1)\n' },
    {
      id: 'cache',
      index: { url: '', origin: 'cache' as const },
      told: '(Dockerfile:1), CPU wheels as last seen (cache)\n',
    },
    {
      id: 'snapshot',
      index: { url: '', origin: 'snapshot' as const, snapshotDate: '2026-11-24' },
      told: '(Dockerfile:1), CPU wheels as of 2026-11-24 (snapshot)\n',
    },
  ])('says from when the facts are: $id', ({ index, told }) => {
    expect(reportOf({ index })).toContain(`Python 3.11 on linux-x86_64 ${told}`)
  })

  test('changes for one reason are one line, told at the first', () => {
    const changes = Array.from({ length: 9 }, (_, i) => ({
      ...sampleFile.changes[1]!,
      line: i + 4,
      name: `p${i}`,
    }))
    expect(reportOf({ files: [{ ...sampleFile, changes }] })).toContain(
      'requirements.txt:4: pin p0, p1, p2, p3, p4, p5 and 3 more: newest that fits\n',
    )
  })

  test('a removed option line is no header', () => {
    const diff = unifiedDiff('r.txt', '--extra-index-url x\n++y\n', '--find-links x\n')
    const report = reportOf({ files: [{ ...sampleFile, diff }] }, { color: true, diffOnly: true })
    expect(report).toContain('\u001b[31m---extra-index-url x\u001b[39m\n')
    expect(report).toContain('\u001b[31m-++y\u001b[39m\n')
    expect(report).toContain('\u001b[32m+--find-links x\u001b[39m\n')
  })

  test('on a terminal control characters in the diff are written out, and CR at line ends is not shown', () => {
    const diff = unifiedDiff('r.txt', '# \u001b[2J\u202e\r\ntorch\r\n', '# \u001b[2J\u202e\r\ntorch==2\r\n')
    const files = [{ ...sampleFile, diff }]
    expect(reportOf({ files }, { diffOnly: true, terminal: true })).toMatchInlineSnapshot(`
      "--- a/r.txt
      +++ b/r.txt
      @@ -1,2 +1,2 @@
       # \\x1b[2J\\u202e
      -torch
      +torch==2
      "
    `)
    expect(reportOf({ files }, { diffOnly: true, terminal: false })).toBe(diff)
  })

  test('ASCII only, in foreign text too', () => {
    const diagnostics = [{ code: anyCode('c'), level: 'info' as const, line: 1, message: 'größe 大' }]
    const report = reportOf({ files: [{ ...sampleFile, path: 'größe.txt', diff: '', diagnostics }] }, { ascii: true })
    expect(report).toContain('gr\\u{f6}\\u{df}e.txt:1: info[c]: gr\\u{f6}\\u{df}e \\u{5927}\n')
    expect(report).toMatch(/^[\n\x20-\x7e]*$/)
  })

  test('nothing of what is foreign reaches the terminal as a command to it', () => {
    fc.assert(
      fc.property(arbitraryResult, fc.integer({ min: 20, max: 200 }), (result, width) => {
        const report = textReport(result, { ...plain, width, terminal: true })
        expect(report).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]/)
      }),
    )
  })
})

describe('the savings', () => {
  const linesOf = (savings: typeof sampleSavings, width: number, ascii = false) =>
    textReport({ ...onlySavings, savings }, { ...plain, width, ascii })
      .split('\n')
      .slice(1, -2)

  test('bars and table stay within the terminal, and the last column is straight', () => {
    const widths = fc.integer({ min: 40, max: 160 })
    fc.assert(
      fc.property(arbitraryResult, widths, fc.boolean(), ({ savings }, width, ascii) => {
        fc.pre(savings !== null)
        const lines = linesOf(savings!, width, ascii)
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
        const head = lines.findIndex(line => line.startsWith('  package'))
        if (head < 0) return
        const numbers = lines.slice(head).filter(line => / (B|kB|MB|GB)$|(download|installed)$/.test(line))
        expect(new Set(numbers.map(displayWidth)).size).toBe(1)
      }),
    )
  })

  test('wide characters keep the columns straight', () => {
    const row = (name: string, size: number) => ({ name, before: side('1.0', size, size), after: null })
    const lines = linesOf(savingsOf([row('大きいパッケージ', 3000), row('한국어', 200), row('torch', 10)]), 80)
    expect(lines.slice(-6).join('\n')).toMatchInlineSnapshot(`
      "  한국어           1.0 → –    −200 B     −200 B
        torch            1.0 → –     −10 B      −10 B
        ─────────────────────────────────────────────
        3 → 0 packages            −3.21 kB   −3.21 kB
                                    −100 %     −100 %
      "
    `)
  })

  test('a long tail is folded, a single package is not', () => {
    const rows = (count: number) =>
      savingsOf(Array.from({ length: count }, (_, i) => ({ name: `p${i}`, before: side('1', i + 1, 0), after: null })))
    expect(linesOf(rows(11), 80).some(line => line.includes('more'))).toBe(false)
    expect(linesOf(rows(12), 80).find(line => line.includes('more'))).toMatch(/^ {2}2 more +−3 B/)
  })

  test('what grows is told last, with a plus', () => {
    const lines = linesOf(
      savingsOf([
        { name: 'new', before: null, after: side('1', 40, 40) },
        { name: 'torch', before: side('2', 100, 100), after: side('2+cpu', 10, 10) },
      ]),
      80,
    )
    expect(lines.slice(-6).join('\n')).toMatchInlineSnapshot(`
      "  torch           2 → 2+cpu     −90 B      −90 B
        new             – → 1         +40 B      +40 B
        ──────────────────────────────────────────────
        1 → 2 packages                −50 B      −50 B
                                      −50 %      −50 %
      "
    `)
  })

  test('what nobody tells the size of is no number', () => {
    const lines = linesOf(
      savingsOf([
        { name: 'torch', before: side('2', 100, 100), after: side('2+cpu', null, null, false) },
        { name: 'triton', before: side('3', 9, 90), after: null },
      ]),
      80,
    )
    expect(lines.find(line => line.startsWith('  torch '))).toMatch(/^ {2}torch +2 → 2\+cpu +unknown +unknown$/)
  })

  test('a very long name costs nobody else a column', () => {
    const savings = savingsOf([{ name: 'x'.repeat(120), before: side('1'.repeat(90), 5, 5), after: null }])
    const lines = linesOf(savings, 120)
    expect(lines.find(line => line.includes('package '))).toMatch(/package +version +download +installed/)
    expect(lines.find(line => line.includes('xxx'))).toContain(`${'x'.repeat(33)}…  ${'1'.repeat(33)}…`)
  })
})
