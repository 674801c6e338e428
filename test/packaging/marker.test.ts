import { describe, expect, test } from 'vitest'
import { evaluateMarker, type MarkerEnvironment, markerText, parseMarker } from '../../src/packaging/marker.ts'
import { PackagingSyntaxError } from '../../src/packaging/syntax-error.ts'
import { environmentFor } from '../../src/packaging/target.ts'
import { attempt, oracle } from './oracle.ts'

type Row =
  | readonly [text: string, printed: string, answers: string]
  | readonly [text: string, printed: null, message: string]
const { packaging, cases, environments } = oracle<Row, { environments: MarkerEnvironment[] }>('markers')

describe(`markers agree with packaging ${packaging}`, () => {
  const accepted = cases.flatMap(([text, printed, answers]) => (printed === null ? [] : [{ text, printed, answers }]))
  // The escape needs a table of the names of all characters.
  const unsupported = (text: string) => text.includes('\\N{')

  test('on what is a marker, and on the words when it is none', () => {
    expect(cases.length).toBeGreaterThanOrEqual(500)
    const reworded = (message: string) =>
      message
        // Python refuses the string, and packaging passes its word on.
        .replace(/^Invalid quoted string$/, 'Expected a string that Python can read')
    const wrong = cases.flatMap(([text, printed, rest]) => {
      const ours = attempt(() => parseMarker(text))
      const said = ours instanceof Error ? ours.message : 'accepted'
      const theirs = printed === null ? reworded(rest) : 'accepted'
      return said === theirs || unsupported(text) ? [] : [[text, said, theirs]]
    })
    // A variable with a dot behind it: packaging reads the variable and stops at the dot, which nothing can follow either.
    expect(wrong.filter(([text]) => !/[a-z]\.(?!name|platform|version|machine|python)/.test(text!))).toEqual([])
    expect(wrong.filter(([, said, theirs]) => said === 'accepted' || theirs === 'accepted')).toEqual([])
  })

  test('on whether it holds', () => {
    const wrong = accepted.flatMap(({ text, answers }) => {
      const marker = attempt(() => parseMarker(text))
      if (marker instanceof Error) return []
      const ours = environments.map(environment => (evaluateMarker(marker, environment) ? '1' : '0')).join('')
      // Where packaging raises, the comparison is false here, and what it is part of goes on.
      const compared = [...ours].map((bit, i) => (answers[i] === '!' ? '!' : bit)).join('')
      return compared === answers ? [] : [text]
    })
    expect(wrong).toEqual([])
  })

  test('on its meaning when printed', () => {
    const wrong = accepted.flatMap(({ text, printed }) => {
      // packaging prints a string without its escapes, a variable beside `extra` as a string, and forgets the parentheses
      // around a marker that stood in two pairs of them.
      if (/\\|["'].*"s'|'[^']*"[^']*'|\(\(/.test(text) || text === 'extra == os_name') return []
      const [ours, theirs] = [text, printed].map(each => markerText(parseMarker(each)))
      return ours === theirs ? [] : [[text, ours, theirs]]
    })
    expect(wrong).toEqual([])
  })
})

test('`and` binds closer than `or`', () => {
  const text = 'os_name == "a" or sys_platform == \'b\' and (extra == "C_d" or "3.8" <= python_version)'
  expect(parseMarker(text)).toEqual({
    type: 'or',
    terms: [
      comparison('os_name', '==', 'a'),
      {
        type: 'and',
        terms: [
          comparison('sys_platform', '==', 'b'),
          {
            type: 'or',
            terms: [
              comparison('extra', '==', 'c-d'),
              {
                type: 'comparison',
                left: { type: 'string', value: '3.8' },
                operator: '<=',
                right: { type: 'variable', name: 'python_version' },
              },
            ],
          },
        ],
      },
    ],
  })
  expect(markerText(parseMarker(text))).toBe(
    'os_name == "a" or sys_platform == "b" and (extra == "c-d" or "3.8" <= python_version)',
  )
})

function comparison(name: string, operator: string, value: string) {
  return { type: 'comparison', left: { type: 'variable', name }, operator, right: { type: 'string', value } }
}

test.each([
  ["os_name == 'a\\\nb'", 'os_name == "ab"'],
  ["os_name == 'a\\\r\nb'", 'os_name == "ab"'],
  ["os_name == 'a\\\rb'", 'os_name == "ab"'],
  ["os_name == 'a\rb'", undefined],
  ["os_name == 'a\\\\\nb'", undefined],
])('%j: a text goes on in the next line behind a backslash alone', (text, printed) => {
  const marker = attempt(() => parseMarker(text))
  expect(marker instanceof Error ? undefined : markerText(marker)).toBe(printed)
})

describe('extras', () => {
  const linux = environmentFor({ python: '3.11', platform: 'linux-x86_64' })
  test.each([
    ['extra == "cuda"', [], false],
    ['extra == "cuda"', ['cuda'], true],
    ['extra == "cuda"', ['cpu', 'CUDA'], true],
    ['extra == "Foo_Bar"', ['foo.bar'], true],
    ['extra != "cuda"', [], true],
    ['extra != "cuda"', ['cuda'], false],
    // One extra at a time, as pip asks.
    ['extra == "a" and extra == "b"', ['a', 'b'], false],
    ['extra == "a" and sys_platform == "win32"', ['a'], false],
    ['sys_platform == "linux"', ['a'], true],
  ])('%s with %j: %s', (text, extras, holds) => {
    expect(evaluateMarker(parseMarker(text), linux, new Set(extras))).toBe(holds)
  })

  test('the one in the environment counts when none is asked for', () => {
    expect(evaluateMarker(parseMarker('extra == "foo-bar"'), { ...linux, extra: 'Foo_Bar' })).toBe(true)
  })
})

test.each([
  'os_name ~= "posix"',
  'os_name === "posix"',
  '"posix" == "posix"',
  '"cpu" in extras',
  'python_version ~= "3"',
])('%s, which packaging refuses to evaluate, is false', text => {
  expect(evaluateMarker(parseMarker(text), environmentFor({ python: '3.11', platform: 'linux-x86_64' }))).toBe(false)
})

test('parentheses do not nest without end', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}os_name == "a"${')'.repeat(depth)}`
  expect(markerText(parseMarker(nested(200)))).toBe('os_name == "a"')
  expect(() => parseMarker(nested(201))).toThrow('Expected at most 200 nested parentheses')
  expect(() => parseMarker('('.repeat(1_000_000))).toThrow(PackagingSyntaxError)
})

test.each([
  ['os_name == "a" and', 'Expected a marker variable or quoted string', 18],
  ['os_name = "a"', 'Expected marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in', 8],
  ['os_name == "a" sys_platform', 'Expected end of marker expression', 15],
])('%s is refused where it goes wrong', (text, message, start) => {
  expect(attempt(() => parseMarker(text))).toMatchObject({ message, span: { start } })
})
