import { describe, expect, test } from 'vitest'
import { additionsTo } from '../../src/decide/additions.ts'
import { fileOf } from '../requirements/file-of.ts'
import { byPath, chosen, cpu, including, linesOf, linux, macos, numpyTrap, versionsOf, written } from './given.ts'

const needs = { 'sentence-transformers': ['transformers'], transformers: ['torch'], torch: ['numpy'] }
const resolution = chosen(
  { 'sentence-transformers': '2.2.2', transformers: '4.35.0', torch: '2.1.0+cpu', numpy: '1.26.0' },
  { needs },
)

function added(texts: Readonly<Record<string, string>>, { style = 'extra-index-url', traps = false } = {}) {
  const [first, ...others] = Object.entries(texts).map(([path, text], i) => ({ ...fileOf(text, path), root: i === 0 }))
  const files = byPath(including(first!, ...others), ...others)
  const versions = versionsOf(resolution, { avoided: traps ? numpyTrap : [] })
  const asked = { files, lines: linesOf([...files.values()]) }
  return additionsTo(asked, versions, written(style as 'extra-index-url'), new Map())
}

describe('a project that something brings in gets an entry', () => {
  test('the CPU build of torch, beside what needs it in the end', () =>
    expect(added({ 'requirements.txt': 'sentence-transformers\n' })).toEqual([
      {
        file: '/requirements.txt',
        project: 'torch',
        pin: { version: '2.1.0+cpu', url: undefined, marker: undefined, hashes: [] },
        comment: 'CPU build, for sentence-transformers',
        reason: 'sentence-transformers would bring the CUDA build',
      },
    ]))

  test.each<[id: string, texts: Record<string, string>, files: string[], given?: object]>([
    [
      'in the file that names what brings it',
      { 'requirements.txt': '-r b.txt\nflask\n', 'b.txt': 'transformers\n' },
      ['/b.txt torch'],
    ],
    ['not where a line names it', { 'requirements.txt': 'transformers\ntorch\n' }, []],
    ['not where an included file names it', { 'requirements.txt': '-r b.txt\ntransformers\n', 'b.txt': 'torch\n' }, []],
    ['not where nothing brings it', { 'requirements.txt': 'flask\n' }, []],
    [
      'not where a constraint says its version',
      { 'requirements.txt': '-c constraints.txt\ntransformers\n', 'constraints.txt': 'torch==2.1.0\n' },
      [],
    ],
    [
      'a URL all the same',
      { 'requirements.txt': '-c constraints.txt\ntransformers\n', 'constraints.txt': 'torch==2.1.0\n' },
      ['/requirements.txt torch'],
      { style: 'direct-url' },
    ],
    ['what has to be held back', { 'requirements.txt': 'torch\n' }, ['/requirements.txt numpy'], { traps: true }],
  ])('%s', (_, texts, expected, given) =>
    expect(added(texts, given).map(({ file, project }) => `${file} ${project}`)).toEqual(expected),
  )

  test('with its hashes among lines that have some', () => {
    const [torch] = added({ 'requirements.txt': `transformers==4.35.0 --hash=sha256:${'1'.repeat(64)}\n` })
    expect(torch?.pin.hashes).toEqual([`sha256:${'2'.repeat(64)}`])
  })

  test('by its URL', () => {
    const [torch] = added({ 'requirements.txt': 'transformers\n' }, { style: 'direct-url' })
    expect(torch?.pin.url).toBe(`${cpu}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl`)
  })
})

test('builds without a label need no entry, unless other targets have one', () => {
  const file = fileOf('transformers\n')
  const targets = [linux, macos]
  const asked = { files: byPath(file), lines: linesOf(file, targets) }
  const versionsIn = (torch: string[]) =>
    additionsTo(
      asked,
      versionsOf(chosen({ transformers: '4.35.0', torch }, { targets, needs }), { targets }),
      written('extra-index-url'),
      new Map(),
    ).map(({ pin }) => pin.version)
  expect(versionsIn(['2.1.0', '2.1.0'])).toEqual([])
  expect(versionsIn(['2.1.0+cpu', '2.1.0'])).toEqual(['2.1.0+cpu', '2.1.0'])
})
