import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { textReport } from '../../src/report/rewrite/text.ts'
import { unifiedDiff } from '../../src/text/diff.ts'
import { runs } from '../full.ts'
import { sandbox } from '../sandbox.ts'
import { applyPatch } from './apply-patch.ts'
import { plain, sample, sampleFile } from './sample.ts'

const { temporary: folder } = sandbox()
beforeAll(() => {
  execFileSync('git', ['init', '--quiet', folder])
})

/** Writes files, lets git apply a patch in `cwd`, and gives back what the first file holds then. */
function gitApply(path: string, before: Uint8Array | string, patch: string, cwd = folder): Buffer {
  const file = join(cwd, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, before)
  execFileSync('git', ['-c', 'core.autocrlf=false', 'apply', '--whitespace=nowarn'], { cwd, input: patch })
  return readFileSync(file)
}

const bulk = (change: (line: number) => string) => Array.from({ length: 60 }, (_, i) => `${change(i)}\n`).join('')

describe('git apply makes the new file of the old one, byte for byte', () => {
  test.each([
    { id: 'one line', before: 'torch>=2.0\n', after: 'torch==2.1.0+cpu\n' },
    { id: 'no final line end', before: 'a\ntorch>=2.0', after: 'a\ntorch==2.1.0+cpu' },
    { id: 'a final line end is added', before: 'a\nb', after: 'a\nb\n' },
    { id: 'a final line end is lost', before: 'a\nb\n', after: 'a\nb' },
    { id: 'appended without a final line end', before: 'a', after: 'a\nb' },
    { id: 'CRLF', before: 'a\r\ntorch>=2.0\r\nb\r\n', after: 'a\r\ntorch==2.1.0\r\nb\r\n' },
    { id: 'lone CR is no line end to git', before: 'a\rtorch>=2.0\rb\r', after: 'a\rtorch==2.1.0\rb\r' },
    { id: 'mixed line ends', before: 'a\r\nb\nc\rd\r\r\n', after: 'a\r\nB\nc\rd\r\r\n' },
    { id: 'form feed and vertical tab', before: 'a\fb\n\v\ntorch\n', after: 'a\fb\n\v\ntorch==2\n' },
    { id: 'U+2028, U+0085', before: 'a\u2028b\u0085\ntorch\n', after: 'a\u2028b\u0085\ntorch==2\n' },
    { id: 'non-ASCII', before: '# größe 🔥 大\ntorch\n', after: '# größe 🔥 大\ntorch==2\n' },
    { id: 'a NUL', before: 'a\0b\ntorch\n', after: 'a\0b\ntorch==2\n' },
    { id: 'from nothing', before: '', after: 'torch==2\n' },
    { id: 'to nothing', before: 'nvidia-cublas-cu12\n', after: '' },
    { id: 'lines like headers', before: '-- a/x\n++ b\n@@ -1 +1 @@\n', after: '@@ -1 +1 @@\n-- a/x\n\\ No\n' },
    { id: 'blank lines', before: '\n\n\na\n\n\n', after: '\n\na\n\n\n\n\n' },
    { id: 'every line, all the same', before: 'a\n'.repeat(300), after: 'b\n'.repeat(200) },
    { id: 'two places far apart', before: bulk(i => `p${i}`), after: bulk(i => (i % 40 === 9 ? `q${i}` : `p${i}`)) },
    { id: 'two places six lines apart', before: bulk(i => `p${i}`), after: bulk(i => (i % 7 === 3 ? `q` : `p${i}`)) },
    { id: 'two places seven lines apart', before: bulk(i => `p${i}`), after: bulk(i => (i % 8 === 3 ? `q` : `p${i}`)) },
    { id: 'a line moves up', before: bulk(i => `p${i}`), after: `p59\n${bulk(i => `p${i}`).replace('p59\n', '')}` },
  ])('$id', ({ before, after }) => {
    const applied = gitApply('requirements.txt', before, unifiedDiff('requirements.txt', before, after))
    expect(applied.toString()).toBe(after)
  })

  test('byte order mark', () => {
    const mark = '\ufeff'
    const patch = unifiedDiff('bom.txt', 'torch\nb\n', 'torch==2\nb\n', { name: 'utf-8', bom: true })
    expect(gitApply('bom.txt', `${mark}torch\nb\n`, patch).toString()).toBe(`${mark}torch==2\nb\n`)
  })

  test('a code page, where the text is ASCII', () => {
    const patch = unifiedDiff('ascii.txt', 'torch\n', 'torch==2\n', { name: 'iso-8859-1', bom: false })
    expect(gitApply('ascii.txt', 'torch\n', patch).toString()).toBe('torch==2\n')
  })

  const paths = [
    'requirements.txt',
    'requirements/dev.txt',
    './requirements.txt',
    'with blanks .txt',
    ' leading.txt',
    'größe/大.txt',
    'quo"te\\.txt',
    "apostrophe's.txt",
    'tab\tand\u0001.txt',
    'a/b/c.txt',
    'b/x.txt',
    '-dash.txt',
    '🔥.txt',
  ]
  // Windows has no such names.
  test.each(paths.filter(path => process.platform !== 'win32' || !/["\\\t\u0001]/.test(path)))('path %j', path => {
    expect(gitApply(path, 'a\ntorch\n', unifiedDiff(path, 'a\ntorch\n', 'a\ntorch==2\n')).toString()).toBe(
      'a\ntorch==2\n',
    )
  })

  test('from a folder below the top of the repository, where paths start', () => {
    const below = join(folder, 'service')
    mkdirSync(below, { recursive: true })
    const patch = unifiedDiff('requirements.txt', 'torch\n', 'torch==2\n')
    expect(gitApply('requirements.txt', 'torch\n', patch, below).toString()).toBe('torch==2\n')
  })

  test('with the whole report behind it', () => {
    const before = '# web service\nnumpy>=1.26  # arrays\ntorch>=2.0.0\n'
    const applied = gitApply('requirements.txt', before, textReport(sample, plain))
    expect(applied.toString()).toContain('torch==2.13.0+cpu\n')
  })

  test('several files, and one that has no text diff', () => {
    const utf16 = unifiedDiff('wide.txt', 'torch\n', 'torch==2\n', { name: 'utf-16le', bom: true })
    const files = [
      { ...sampleFile, diff: utf16 },
      { ...sampleFile, diff: unifiedDiff('one.txt', 'torch\n', 'torch==2\n') },
    ]
    expect(gitApply('one.txt', 'torch\n', textReport({ ...sample, files }, plain)).toString()).toBe('torch==2\n')
  })
})

describe('unifiedDiff', () => {
  test('nothing changed', () => {
    expect(unifiedDiff('requirements.txt', 'torch\n', 'torch\n')).toBe('')
  })

  test('form', () => {
    const before = 'a\nb\nc\nd\ntorch>=2.0\ne'
    expect(unifiedDiff('req/base.txt', before, before.replace('>=2.0', '==2.1.0+cpu'))).toMatchInlineSnapshot(`
      "--- a/req/base.txt
      +++ b/req/base.txt
      @@ -2,5 +2,5 @@
       b
       c
       d
      -torch>=2.0
      +torch==2.1.0+cpu
       e
      \\ No newline at end of file
      "
    `)
  })

  test.each([
    { name: 'utf-16le', text: 'torch' },
    { name: 'utf-16be', text: 'torch' },
    { name: 'iso-8859-1', text: 'größe' },
  ])('$name: bytes that no text diff could match are said to differ', ({ name, text }) => {
    const diff = unifiedDiff('requirements.txt', `${text}\n`, `${text}==2\n`, { name, bom: false })
    expect(diff).toBe('Binary files a/requirements.txt and b/requirements.txt differ\n')
  })

  test('a hundred thousand lines, every fifth of them changed', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `package-${i}>=1.${i % 7}\n`)
    const before = lines.join('')
    const after = lines.map((line, i) => (i % 5 === 0 ? line.replace('>=', '==') : line)).join('')
    expect(applyPatch(before, unifiedDiff('requirements.txt', before, after)) === after).toBe(true)
  })

  const line = fc.constantFrom('a\n', 'b\n', 'torch>=2\n', '\n', '-\n', '+\n', ' \n', '@@\n', 'é\r\n', 'x\ry\n', 'c')
  const text = fc.array(line, { maxLength: 30 }).map(lines => lines.join(''))

  test('any text becomes any other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after)
        expect(applyPatch(before, unifiedDiff('f', before, after))).toBe(after)
      }),
      { numRuns: 500 },
    )
  })

  test('a change costs no more lines than it has', () => {
    const unique = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '='), minLength: 1, maxLength: 8 }),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(unique, fc.nat(), (lines, at) => {
        const changed = lines.with(at % lines.length, 'changed')
        const diff = unifiedDiff('f', `${lines.join('\n')}\n`, `${changed.join('\n')}\n`)
        expect(diff.match(/^[-+](?![-+]{2} )/gm)).toEqual(['-', '+'])
      }),
    )
  })

  test('git agrees', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after)
        const applied = gitApply('any.txt', before, unifiedDiff('any.txt', before, after))
        expect(applied.toString()).toBe(after)
      }),
      { numRuns: runs(8, 40) },
    )
  })
})
