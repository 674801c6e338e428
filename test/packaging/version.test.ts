import { describe, expect, test } from 'vitest'
import { compareVersions, isPrereleaseText, parseVersion, publicVersion } from '../../src/packaging/version.ts'
import { endOfVersion } from '../../src/packaging/version-grammar.ts'
import { oracle } from './oracle.ts'

type Row = readonly [text: string, normalForm: string, rank: number] | readonly [text: string, normalForm: null]
const { packaging, cases } = oracle<Row>('versions')

describe(`versions agree with packaging ${packaging}`, () => {
  test('on what is a version, and on its normal form', () => {
    expect(cases.length).toBeGreaterThanOrEqual(500)
    expect(cases.map(([text]) => [text, parseVersion(text)?.text ?? null])).toEqual(
      cases.map(([text, normalForm]) => [text, normalForm]),
    )
  })

  test('on the order of every pair', () => {
    const ranked = cases.flatMap(([text, , rank]) =>
      rank === undefined ? [] : [{ version: parseVersion(text)!, rank }],
    )
    const wrong: string[] = []
    for (const a of ranked)
      for (const b of ranked)
        if (Math.sign(a.rank - b.rank) !== compareVersions(a.version, b.version))
          wrong.push(`${a.version.text} and ${b.version.text}`)
    expect(wrong).toEqual([])
  })

  test('in the grammar that specifiers are read by', () => {
    const form = { leastRelease: 1, wildcard: false, local: true } as const
    const unspaced = cases.filter(([text]) => /^\S*$/.test(text) && !/[\x1c-\x1f\x85]/.test(text))
    expect(unspaced.map(([text]) => [text, endOfVersion(text, 0, form) === text.length])).toEqual(
      unspaced.map(([text, normalForm]) => [text, normalForm !== null]),
    )
  })
})

test('the normal form tells a pre-release as the version does', () => {
  const read = cases.flatMap(([text]) => parseVersion(text) ?? [])
  expect(new Set(read.map(({ isPrerelease }) => isPrerelease)).size).toBe(2)
  expect(read.map(({ text }) => [text, isPrereleaseText(text)])).toEqual(
    read.map(({ text, isPrerelease }) => [text, isPrerelease]),
  )
})

test('the parts of a version', () => {
  expect(parseVersion('v1!2.010rc-3.post4_dev+CU-118.Abi')).toMatchObject({
    text: '1!2.10rc3.post4.dev0+cu.118.abi',
    epoch: 1,
    release: [2, 10],
    pre: ['rc', 3],
    post: 4,
    dev: 0,
    local: 'cu.118.abi',
    isPrerelease: true,
  })
  expect(Object.keys(parseVersion('2.1.0')!)).toEqual([
    'text',
    'written',
    'epoch',
    'release',
    'isPrerelease',
    'key',
    'publicKey',
  ])
  expect(parseVersion('2.1.0.post1+cpu')).toMatchObject({ post: 1, local: 'cpu', isPrerelease: false })
})

test('a number that no double holds stays exact in the text and in the order', () => {
  const [earlier, later] = ['1.20231129153012345677', '1.20231129153012345678'].map(text => parseVersion(text)!)
  expect(earlier!.text).toBe('1.20231129153012345677')
  expect(compareVersions(earlier!, later!)).toBe(-1)
  // One that a double does hold, though it is as long, keeps its place before it.
  expect(parseVersion('1000000000000000.20231129153012345678')!.text).toBe('1000000000000000.20231129153012345678')
})

test('the same text gives the same object', () => {
  expect(parseVersion('2.1.0')).toBe(parseVersion('2.1.0'))
})

test('versions that only zeros tell apart are equal', () => {
  expect(parseVersion('1.0.0')!.key).toBe(parseVersion('1')!.key)
  expect(compareVersions(parseVersion('1.0.0')!, parseVersion('1')!)).toBe(0)
})

test.each([
  ['2.1.0+cpu', '2.1.0'],
  ['1!2.1.0rc1.post2.dev3+cpu.cxx11.abi', '1!2.1.0rc1.post2.dev3'],
  ['2.1.0', '2.1.0'],
])('publicVersion(%s) is %s', (text, wanted) => {
  expect(publicVersion(parseVersion(text)!)).toBe(parseVersion(wanted))
})
