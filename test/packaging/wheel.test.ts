import { describe, expect, test } from 'vitest'
import { parseReleaseFilename, parseSdistFilename, parseWheelFilename } from '../../src/packaging/wheel.ts'
import { oracle } from './oracle.ts'

type WheelRow =
  | readonly [filename: string, name: string, version: string, build: [] | [number, string], tags: string[]]
  | readonly [filename: string, name: null]
const wheels = oracle<WheelRow>('wheels')

describe(`wheel names agree with packaging ${wheels.packaging}`, () => {
  test('on what is one, and on its parts', () => {
    expect(wheels.cases.length).toBeGreaterThanOrEqual(500)
    const wrong = wheels.cases.filter(row => JSON.stringify(answers(row[0])) !== JSON.stringify(row.slice(1)))
    expect(wrong).toEqual([])
  })

  function answers(filename: string): unknown[] {
    const wheel = parseWheelFilename(filename)
    if (!wheel) return [null]
    const { pythons, abis, platforms } = wheel
    const tags = pythons.flatMap(python =>
      abis.flatMap(abi => platforms.map(platform => `${python}-${abi}-${platform}`)),
    )
    return [wheel.name, wheel.version.text, wheel.build ?? [], [...new Set(tags)].sort()]
  }
})

test('the parts of a wheel name', () => {
  const filename = 'Torch_X-2.7.0+cpu-1a-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'
  expect(parseWheelFilename(filename)).toMatchObject({
    filename,
    name: 'torch-x',
    version: { text: '2.7.0+cpu', local: 'cpu' },
    build: [1, 'a'],
    pythons: ['cp311', 'cp312'],
    abis: ['abi3'],
    platforms: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
  })
})

test('a build tag ends at a line feed, as packaging has it, and at no other break', () => {
  const build = (tag: string) => parseWheelFilename(`a-1-${tag}-py3-none-any.whl`)?.build
  expect([build('1\rb'), build('1\u2028b'), build('1\nb')]).toEqual([
    [1, '\rb'],
    [1, '\u2028b'],
    [1, ''],
  ])
})

// PEP 817 and 825, drafts in August 2026: a label behind the tags, and a file beside the wheels that says what the labels mean.
test.each([
  'torch-9.0.0-cp311-cp311-manylinux_2_28_x86_64-null.whl',
  'torch-9.0.0-cp311-cp311-manylinux_2_28_x86_64-cu130.whl',
  'torch-9.0.0-1-cp311-cp311-manylinux_2_28_x86_64-null.whl',
  'torch-9.0.0-py3-none-any-00000000.whl',
  'torch-9.0.0+cpu-cp311-cp311-linux_x86_64-x86_64_v3.whl',
  'torch-9.0.0-variants.json',
])('no reader takes the variant wheel or its description for a plain file: %s', filename => {
  expect(parseWheelFilename(filename)).toBeUndefined()
  expect(parseReleaseFilename(filename, 'torch')).toBeUndefined()
  expect(parseSdistFilename(filename, 'torch')).toBeUndefined()
})

type SdistRow = readonly [filename: string, project: string, packaging: string | null, pip: string | null]
const sdists = oracle<SdistRow, { pip: string }>('sdists')

test(`the version in a source file name is the one pip ${sdists.pip} finds`, () => {
  expect(sdists.cases.length).toBeGreaterThanOrEqual(500)
  const version = (filename: string, project: string) => parseSdistFilename(filename, project)?.text ?? null
  const wrong = sdists.cases.filter(([filename, project, , pip]) => version(filename, project) !== pip)
  expect(wrong).toEqual([])
  // packaging knows two kinds of archive, and looks for the version behind the last dash, as today's names have it.
  const readByPackaging = sdists.cases.filter(([, , packaging]) => packaging !== null)
  expect(readByPackaging.filter(([, , packaging, pip]) => packaging !== pip)).toEqual([])
})

test.each([
  ['foo-bar-1.0.tar.gz', 'foo_bar', '1.0'],
  ['foo-1.0-1.zip', 'foo', '1.0.post1'],
  ['foo-bar-1.0.tar.gz', 'foo', undefined],
  ['foo-1.0-py3-none-any.whl', 'foo', undefined],
  ['foo-1.0.exe', 'foo', undefined],
])('%s of %s: %s', (filename, project, version) => {
  expect(parseSdistFilename(filename, project)?.text).toBe(version)
})
