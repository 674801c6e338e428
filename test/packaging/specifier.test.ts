import { describe, expect, test } from 'vitest'
import {
  admitsPrereleases,
  filterVersions,
  parseSpecifierSet,
  satisfies,
  satisfying,
} from '../../src/packaging/specifier.ts'
import { PackagingSyntaxError } from '../../src/packaging/syntax-error.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { attempt, oracle } from './oracle.ts'

type Answers = readonly [contained: string, filtered: string, prereleases: boolean] | readonly [refused: null]
type Row = readonly [text: string, ...Answers]
const { packaging, cases, versions } = oracle<Row, { versions: string[] }>('specifiers')

describe(`specifiers agree with packaging ${packaging}`, () => {
  const candidates = versions.map(text => parseVersion(text)!)
  const bits = (holds: (i: number) => boolean) => candidates.map((_, i) => (holds(i) ? '1' : '0')).join('')

  function answers(text: string): Answers {
    const set = attempt(() => parseSpecifierSet(text))
    if (set instanceof Error) return [null]
    const kept = new Set(filterVersions(set, candidates))
    return [bits(i => satisfies(set, candidates[i]!)), bits(i => kept.has(candidates[i]!)), admitsPrereleases(set)]
  }

  test('on what is one, what it contains, what it keeps of a list, and whether it asks for pre-releases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(500)
    const wrong = cases.filter(([text, ...theirs]) => JSON.stringify(answers(text)) !== JSON.stringify(theirs))
    expect(wrong.map(([text]) => text)).toEqual([])
  })

  test('and say the same of many versions at once as of each', () => {
    const ordered = candidates.toSorted(compareVersions)
    const sets = cases.flatMap(([text]) => {
      const set = attempt(() => parseSpecifierSet(text))
      return set instanceof Error ? [] : [set]
    })
    expect(sets.length).toBeGreaterThanOrEqual(300)
    for (const set of sets)
      expect([set.text, satisfying(set, ordered.length, i => ordered[i]!)]).toEqual([
        set.text,
        ordered.map(version => satisfies(set, version)),
      ])
  })
})

const arbitrary = oracle<readonly [text: string, contained: string], { texts: string[] }>('arbitrary')

test(`\`===\` compares versions as they are written, as packaging ${arbitrary.packaging} does`, () => {
  const candidates = arbitrary.texts.map(text => parseVersion(text)!)
  expect(arbitrary.cases.length * candidates.length).toBeGreaterThanOrEqual(1000)
  const wrong = arbitrary.cases.filter(([text, contained]) => {
    const set = parseSpecifierSet(text)
    return candidates.map(version => (satisfies(set, version) ? '1' : '0')).join('') !== contained
  })
  expect(wrong).toEqual([])
})

test('clauses keep where they stand', () => {
  const text = ' >= 2.0 ,!=2.1.*'
  const { clauses, text: written } = parseSpecifierSet(text)
  expect(written).toBe('>= 2.0 ,!=2.1.*')
  expect(clauses).toEqual([
    {
      operator: '>=',
      version: '2.0',
      span: { start: 1, end: 7 },
      operatorSpan: { start: 1, end: 3 },
      versionSpan: { start: 4, end: 7 },
    },
    {
      operator: '!=',
      version: '2.1.*',
      span: { start: 9, end: 16 },
      operatorSpan: { start: 9, end: 11 },
      versionSpan: { start: 11, end: 16 },
    },
  ])
})

test.each([
  ['>=2.0+cpu', 'Local version label can only be used with `==` or `!=` operators', [0, 9]],
  ['<3,~=2.0+CPU', 'Local version label can only be used with `==` or `!=` operators', [3, 12]],
  ['>=2.*', '.* suffix can only be used with `==` or `!=` operators', [0, 5]],
  ['==2.*.*', '.* suffix cannot be used with pre-release, post-release, dev or local versions', [0, 7]],
  ['>=2, lolwat ,<3', "Invalid specifier: 'lolwat'", [5, 12]],
  ['~=2', "Invalid specifier: '~=2'", [0, 3]],
  ['>=2<3', "Invalid specifier: '>=2<3'", [0, 5]],
])('%s is refused', (text, message, [start, end]) => {
  const error = attempt(() => parseSpecifierSet(text))
  expect(error).toBeInstanceOf(PackagingSyntaxError)
  expect(error).toMatchObject({ message, span: { start, end } })
})

// What the standard says in words, so that it is not only a matter of tables.
test.each([
  ['==2.13.0', '2.13.0+cpu', true],
  ['==2.13.0+cpu', '2.13.0', false],
  ['==2.13.0+cpu', '2.13.0+cu126', false],
  ['===2.13.0', '2.13.0+cpu', false],
  ['!=2.13.0', '2.13.0+cpu', false],
  ['>2.13.0', '2.13.0+cpu', false],
  ['<=2.13.0', '2.13.0+cpu', true],
  ['~=2.13.0', '2.13.0+cpu', true],
  ['==2.1.0.*', '2.1', true],
  ['<2.1.0.post1', '2.1.0', true],
  ['<2.1.0', '2.1.0rc1', false],
  ['<2.1.0rc2', '2.1.0rc1', true],
  ['>2.1.0', '2.1.0.post1', false],
  ['>2.1.0rc1', '2.1.0.post1', true],
  ['>2.1.0', '1!2.1.0', true],
])('%s, %s: %s', (set, version, fits) => {
  expect(satisfies(parseSpecifierSet(set), parseVersion(version)!)).toBe(fits)
})
