import { describe, expect, test } from 'vitest'
import type { Decision, Restatement } from '../../src/formats/decision.ts'
import { edit } from '../../src/formats/requirements/edit.ts'
import { parseRequirements, type Statement } from '../../src/formats/requirements/parse.ts'
import { applyEdits } from '../../src/text/edits.ts'

const url = 'https://example.org/cpu'

/** The entry about which a decision is: the n-th statement that is no blank line. */
type At = (n: number) => { readonly at: Statement['span']; readonly name: string; readonly reason: string }

function edited(source: string, decide: (at: At) => readonly Decision[]) {
  const document = parseRequirements(source)
  const entries = document.statements.filter(({ kind }) => kind !== 'blank')
  const at: At = n => {
    const entry = entries[n]!
    const [option] = entry.kind === 'option' ? entry.options : []
    return { at: option?.span ?? entry.span, name: option?.name ?? 'torch', reason: 'so' }
  }
  const { edits, changes } = edit(document, decide(at))
  return { text: applyEdits(source, edits), changes }
}

const pin = (version: string, more: object = {}) => ({
  version,
  url: undefined,
  marker: undefined,
  hashes: [],
  reason: 'so',
  ...more,
})
const restated = (at: ReturnType<At>, more: Partial<Restatement>): Restatement => ({
  kind: 'pin',
  ...at,
  project: undefined,
  extras: undefined,
  specifier: undefined,
  pins: [],
  ignoredIndexes: [],
  ...more,
})
const named: Decision = { kind: 'name-index', option: 'extra-index-url', url, behind: undefined, reason: 'so' }
const hash = (digit: string) => `--hash=sha256:${digit.repeat(64)}`
const sha = (digit: string) => `sha256:${digit.repeat(64)}`

describe('one line', () => {
  test.each<[id: string, source: string, decision: Partial<Restatement>, expected: string]>([
    ['without a version', 'torch\n', { pins: [pin('2.1')] }, 'torch==2.1\n'],
    ['with extras', 'torch[a] # x\n', { pins: [pin('2.1')] }, 'torch[a]==2.1 # x\n'],
    ['the blanks of the first clause stay', 'torch >= 2, <3\n', { pins: [pin('2.1')] }, 'torch == 2.1\n'],
    ['a last comma goes', 'torch>=2,\n', { pins: [pin('2.1')] }, 'torch==2.1\n'],
    [
      'a label is repaired',
      'torch>=2+cu118 ; os_name == "nt"\n',
      { pins: [pin('2.1')] },
      'torch==2.1 ; os_name == "nt"\n',
    ],
    ['by URL', 'torch (>=2,) ;os_name == "nt"\n', { pins: [pin('2.1', { url })] }, `torch @ ${url} ;os_name == "nt"\n`],
    ['to another project', 'A>=1\n', { project: 'b', pins: [pin('2')] }, 'b==2\n'],
    ['without extras', 'a[x]>=1\n', { extras: [] }, 'a>=1\n'],
    ['with another specifier', 'a==1+cu118\n', { specifier: '==1' }, 'a==1\n'],
    ['with a marker', 'a\n', { pins: [pin('2', { marker: 'm == "1"' })] }, 'a==2 ; m == "1"\n'],
    [
      'with another marker',
      'a ; os_name == "a" or os_name == "b"\n',
      { pins: [pin('2', { marker: 'm == "1"' })] },
      'a==2 ; (os_name == "a" or os_name == "b") and m == "1"\n',
    ],
    [
      'its hashes',
      `a==1 \\\n  ${hash('1')} \\\n  ${hash('2')}\n`,
      { pins: [pin('2', { hashes: [sha('3')] })] },
      `a==2 \\\n  ${hash('3')}\n`,
    ],
    ['an index on it', 'a --index-url https://x.org/s  # c\n', { ignoredIndexes: ['https://x.org/s'] }, 'a  # c\n'],
    [
      'into two',
      'a>=1\nb',
      { pins: [pin('2', { marker: 'm == "1"' }), pin('3', { marker: 'm == "2"' })] },
      'a==2 ; m == "1"\na==3 ; m == "2"\nb',
    ],
    ['into two at an open end', 'a>=1', { pins: [pin('2'), pin('3')] }, 'a==2\na==3'],
    [
      'into two with hashes',
      `a>=1 ${hash('1')}\r\n`,
      { pins: [pin('2', { hashes: [sha('2')] }), pin('3', { hashes: [sha('3')] })] },
      `a==2 ${hash('2')}\r\na==3 ${hash('3')}\r\n`,
    ],
  ])('%s', (_, source, decision, expected) =>
    expect(edited(source, at => [restated(at(0), decision)]).text).toBe(expected),
  )

  test('a change for each line that comes of it', () =>
    expect(edited('x\na>=1\n', at => [restated(at(1), { pins: [pin('2'), pin('3')] })]).changes).toEqual([
      { action: 'pin', line: 2, name: 'torch', from: 'a>=1', to: 'a==2', reason: 'so' },
      { action: 'add', line: 2, name: 'torch', from: '', to: 'a==3', reason: 'so' },
    ]))
})

describe('a line that goes', () => {
  test.each([
    ['with its ending', 'a\nb\n', 'b\n'],
    ['with what a compiler noted below', 'a\n    # via x\n    #   y\n# mine\nb\n', '# mine\nb\n'],
    ['with its continuations', `a \\\n  ${hash('1')}\nb\n`, 'b\n'],
    ['as the only one', 'a', ''],
  ])('%s', (_, source, expected) => expect(edited(source, at => [{ kind: 'remove', ...at(0) }]).text).toBe(expected))
})

describe('another wheel', () => {
  const old = 'https://example.org/old-1-py3-none-any.whl'
  const switched = (source: string, sha256?: string) =>
    edited(source, at => [{ kind: 'switch-wheel', ...at(0), url, sha256 }]).text

  test.each([
    ['by its name', `a @ ${old}\n`, undefined, `a @ ${url}\n`],
    ['bare, with its hash', `${old}\n`, '1', `${url}#sha256=1\n`],
    ['its hash in an option', `a @ ${old} ${hash('1')}\n`, '2', `a @ ${url} --hash=sha256:2\n`],
    ['its hash in both', `a @ ${old}#sha256=1 ${hash('1')}\n`, '2', `a @ ${url}#sha256=2 --hash=sha256:2\n`],
  ])('%s', (_, source, sha256, expected) => expect(switched(source, sha256)).toBe(expected))
})

describe('a line for an index', () => {
  test.each<[id: string, source: string, removed: number[], expected: string, line: number]>([
    ['at the top', 'a\n', [], `--extra-index-url ${url}\na\n`, 1],
    ['in an empty file', '', [], `--extra-index-url ${url}\n`, 1],
    ['in the ending of the file', 'a\r\n', [], `--extra-index-url ${url}\r\na\r\n`, 1],
    ['below a licence', '# Copyright\n# me\na\n', [], `# Copyright\n# me\n--extra-index-url ${url}\na\n`, 3],
    ['above another comment', '# mine\na\n', [], `--extra-index-url ${url}\n# mine\na\n`, 1],
    ['behind a byte order mark', '\uFEFFa\n', [], `\uFEFF--extra-index-url ${url}\na\n`, 1],
    [
      'behind the last index',
      '-i https://x.org/s\na\n-f https://x.org/p\nb\n',
      [],
      `-i https://x.org/s\na\n-f https://x.org/p\n--extra-index-url ${url}\nb\n`,
      4,
    ],
    ['behind a last line without an ending', 'a\n--no-index', [], `a\n--no-index\n--extra-index-url ${url}`, 2],
    ['not behind an index that goes', 'a\n-i https://x.org/s\nb\n', [1], `--extra-index-url ${url}\na\nb\n`, 1],
    [
      'behind one before lines that go',
      '-i https://x.org/s\na\nb\nc\n',
      [1, 2],
      `-i https://x.org/s\n--extra-index-url ${url}\nc\n`,
      4,
    ],
    ['where the first line goes', 'a\nb\n', [0], `--extra-index-url ${url}\nb\n`, 2],
    ['where the first line goes with its mark', '\uFEFFa\nb\n', [0], `--extra-index-url ${url}\nb\n`, 2],
    [
      'below comments that come together',
      '# Copyright\na\n# me\nb\n',
      [0],
      `# Copyright\n# me\n--extra-index-url ${url}\nb\n`,
      4,
    ],
  ])('%s', (_, source, removed, expected, line) => {
    const { text, changes } = edited(source, at => [
      named,
      ...removed.map((n): Decision => {
        const about = at(n)
        return about.name === 'torch' ? { kind: 'remove', ...about } : { kind: 'remove-index', ...about }
      }),
    ])
    expect(text).toBe(expected)
    expect(changes.find(({ action }) => action === 'inject')?.line).toBe(line)
  })

  test('behind an include that has to come before it, with the lines that are added', () => {
    const source = '-r a.txt\nb\n-r c.txt\nd\n'
    const behind = parseRequirements(source).statements[2]!.span
    const added: Decision = {
      kind: 'add',
      project: 'e',
      pin: pin('1', { marker: 'm == "1"' }),
      comment: 'for d',
      behind,
      reason: 'so',
    }
    const hashed: Decision = { ...added, pin: pin('1', { hashes: [sha('1')] }) }
    expect(edited(source, () => [{ ...named, behind }, added, hashed]).text).toBe(
      `-r a.txt\nb\n-r c.txt\n--extra-index-url ${url}\ne==1 ; m == "1"  # for d\ne==1 ${hash('1')}\nd\n`,
    )
  })
})
