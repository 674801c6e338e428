import { describe, expect, test } from 'vitest'
import { markerText, parseMarker } from '../../src/packaging/marker.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { PackagingSyntaxError } from '../../src/packaging/syntax-error.ts'
import { attempt, oracle } from './oracle.ts'

type Row =
  | readonly [
      text: string,
      name: string,
      extras: string[],
      clauses: string[][],
      url: string | null,
      marker: string | null,
    ]
  | readonly [text: string, name: null, message: string, span: readonly [number, number] | null]
const { packaging, cases } = oracle<Row>('requirements')

describe(`requirements agree with packaging ${packaging}`, () => {
  test('on what is one, and on its parts', () => {
    expect(cases.length).toBeGreaterThanOrEqual(500)
    const wrong = cases.flatMap(([text, ...theirs]) => {
      const ours = attempt(() => parseRequirement(text))
      if (ours instanceof Error) return theirs[0] === null ? [] : [[text, ours.message]]
      const { name, extras, specifier, url, marker } = ours
      const parts = [
        name,
        [...new Set(extras)].sort(),
        specifier.clauses.map(clause => [clause.operator, clause.version]),
        url ?? null,
        marker ? markerText(marker) : null,
      ]
      const wanted = theirs[0] !== null && theirs[4] ? [...theirs.slice(0, 4), reprinted(theirs[4], parts[4])] : theirs
      return JSON.stringify(parts) === JSON.stringify(wanted) ? [] : [[text, parts, wanted]]
    })
    expect(wrong).toEqual([])
  })

  test('on the words and the place when it is none', () => {
    const wrong = cases.flatMap(([text, name, message, span]) => {
      const ours = attempt(() => parseRequirement(text))
      if (name !== null || !(ours instanceof PackagingSyntaxError)) return []
      return ours.message === message && (suffixed(message) || !span || ours.span.start === span[0])
        ? []
        : [[text, ours.message, message]]
    })
    const explained = (text: string, said: string, message: string) =>
      // Python refuses a string, and packaging passes its word on.
      message === 'Invalid quoted string' ||
      // It cuts the text after `===` at the next blank, and takes it apart at commas later.
      (/===\s*[^\s;)]*,/.test(text) && said.startsWith('Invalid specifier')) ||
      // It ends a name at the last end of a word, where a letter that is not ASCII counts as part of the word.
      /[\x80-\uffff]/.test(text) ||
      // A variable with a dot behind it stops it at the dot, us before the variable.
      /[a-z]\. /.test(text) ||
      // It knows local version labels in lower case only.
      (suffixed(said) && /\+[A-Z]/.test(text))
    expect(wrong.filter(([text, said, message]) => !explained(text!, said!, message as string))).toEqual([])
  })
})

/** Their text for a marker keeps needless parentheses; where it does not escape what needs it, it cannot be read again. */
function reprinted(theirs: string, ours: unknown): unknown {
  const read = attempt(() => parseMarker(theirs))
  return read instanceof Error ? ours : markerText(read)
}

/** Ours spans the clause with its suffix. */
function suffixed(message: string): boolean {
  return /can(?:not| only) be used with/.test(message)
}

test('the parts keep where they stand', () => {
  const text = ' Torch_X [cpu, B_c] (>=2.0, <3) ; os_name == "posix" '
  const { name, key, extras, specifier, marker, url, spans } = parseRequirement(text)
  expect({ name, key, extras, specifier: specifier.text, marker: markerText(marker!), url }).toEqual({
    name: 'Torch_X',
    key: 'torch-x',
    extras: ['cpu', 'B_c'],
    specifier: '>=2.0, <3',
    marker: 'os_name == "posix"',
    url: undefined,
  })
  const parts = Object.entries(spans).map(([part, { start, end }]) => [part, text.slice(start, end)])
  expect(Object.fromEntries(parts)).toEqual({
    name: 'Torch_X',
    extras: '[cpu, B_c]',
    specifier: '>=2.0, <3',
    marker: 'os_name == "posix"',
  })
})

test('a direct reference', () => {
  const text = 'torch[cpu] @ https://example.org/t%2Bcpu.whl#sha256=00 ; os_name=="posix"'
  const { url, specifier, spans } = parseRequirement(text)
  expect(url).toBe('https://example.org/t%2Bcpu.whl#sha256=00')
  expect(specifier.clauses).toEqual([])
  expect(text.slice(spans.url!.start, spans.url!.end)).toBe(url)
  expect(spans.specifier).toBeUndefined()
})

test.each([
  ['torch numpy', 'Expected semicolon (after name with no version specifier) or end', 6, 6],
  ['torch>=2.0 <3', 'Expected comma (within version specifier), semicolon (after version specifier) or end', 5, 11],
  ['torch @ a b', 'Expected semicolon (after URL and whitespace) or end', 8, 10],
  ['torch @ ', 'Expected URL after @', 8, 8],
  ['torch>=2.0+cpu', 'Local version label can only be used with `==` or `!=` operators', 5, 14],
  ['torch<2.*', '.* suffix can only be used with `==` or `!=` operators', 5, 9],
  ['torch[a b]', 'Expected comma between extra names', 8, 8],
  ['torch[a,]', 'Expected extra name after comma', 8, 8],
  ['torch[a', 'Expected matching RIGHT_BRACKET for LEFT_BRACKET, after extras', 5, 7],
  ['torch (>=2', 'Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after version specifier', 6, 10],
  ['torch;', 'Expected a marker variable or quoted string', 6, 6],
  ['torch; os_name == "a" b', 'Expected end of dependency specifier', 22, 22],
  ['==2.0', 'Expected package name at the start of dependency specifier', 0, 0],
  ['torch===foo,bar', "Invalid specifier: 'bar'", 12, 15],
])('%s is refused', (text, message, start, end) => {
  expect(attempt(() => parseRequirement(text))).toMatchObject({ message, span: { start, end } })
})
