import { describe, expect, test } from 'vitest'
import type { Target } from '../../src/packaging/target.ts'
import { smallestHittingSet } from '../../src/resolve/fewest-differences.ts'
import { plain } from './memory-index.ts'
import { solveWorld, type World } from './world.ts'

const linux: Target = { python: '3.11', platform: 'linux-x86_64' }
const mac: Target = { python: '3.11', platform: 'macos-arm64' }
const windows: Target = { python: '3.11', platform: 'windows-x86_64' }

const onLinux = { tags: ['cp311-cp311-manylinux_2_28_x86_64'] }
const onWindows = { tags: ['cp311-cp311-win_amd64'] }
const onMac = { tags: ['cp311-cp311-macosx_11_0_arm64'] }

/** What each target gets, as pins in the order of their names. */
async function chosen(text: string, main: World['main'], targets: readonly Target[]): Promise<string[]> {
  const { outcome, onTargets } = await solveWorld({ files: { 'requirements.txt': text }, main: main!, targets })
  if (typeof outcome === 'string') throw new Error(outcome)
  return onTargets.map(versions =>
    [...versions]
      .map(([project, version]) => `${project}==${version}`)
      .sort()
      .join(' '),
  )
}

describe('a version has to suit a target only where something there asks for the project', () => {
  test('what Windows alone needs does not hold back what needs it', async () => {
    const main = {
      mcp: { '1.0': {}, '2.0': { requires: ['pywin32>=310; sys_platform == "win32"'] } },
      pywin32: { '310': onWindows },
    }
    expect(await chosen('mcp\n', main, [linux, windows])).toEqual(['mcp==2.0', 'mcp==2.0 pywin32==310'])
  })

  test('what Linux alone needs is the newest for Linux', async () => {
    const main = {
      xgboost: { '3.0': { requires: ['nvidia-nccl-cu12; platform_system == "Linux"'] } },
      'nvidia-nccl-cu12': { '2.16': { tags: ['py3-none-any'] }, '2.30': onLinux },
    }
    expect(await chosen('xgboost\n', main, [linux, mac])).toEqual([
      'nvidia-nccl-cu12==2.30 xgboost==3.0',
      'xgboost==3.0',
    ])
  })

  test('the marker of a line counts as that of a need does', async () => {
    const main = { pywin32: { '310': onWindows }, uvloop: { '1.0': onLinux } }
    const text = 'pywin32; sys_platform == "win32"\nuvloop; sys_platform != "win32"\n'
    expect(await chosen(text, main, [linux, windows])).toEqual(['uvloop==1.0', 'pywin32==310'])
  })

  test('what asks on one target holds to its version there alone, where it can', async () => {
    const main = { a: { '1.0': { requires: ['b<2; sys_platform == "win32"'] } }, b: plain('1.0', '2.0') }
    expect(await chosen('a\nb\n', main, [linux, windows])).toEqual(['a==1.0 b==1.0', 'a==1.0 b==1.0'])
    expect(await chosen('a\nb>=2; sys_platform != "win32"\n', main, [linux, windows])).toEqual([
      'a==1.0 b==2.0',
      'a==1.0 b==1.0',
    ])
  })
})

describe('as few projects as possible differ', () => {
  const main = {
    a: { '1.0': onLinux, '2.0': onWindows },
    b: plain('1.0', '2.0', '3.0'),
    c: { '1.0': {}, '2.0': { tags: [...onLinux.tags, ...onMac.tags] } },
  }

  test('the one that has no release for both, and no other', async () => {
    expect(await chosen('a\nb\nc\n', main, [linux, windows])).toEqual(['a==1.0 b==3.0 c==1.0', 'a==2.0 b==3.0 c==1.0'])
  })

  test('a project may be the same on two of three targets', async () => {
    const text = 'b>=3; sys_platform == "win32"\nb<3; sys_platform != "win32"\nc\n'
    expect(await chosen(text, main, [linux, mac, windows])).toEqual(['b==2.0 c==1.0', 'b==2.0 c==1.0', 'b==3.0 c==1.0'])
  })

  test('lines that part the targets part nothing else', async () => {
    const main = {
      numpy: plain('1.26', '2.0'),
      app: { '1.0': { requires: ['numpy'] }, '2.0': { requires: ['numpy>=2'] } },
      other: plain('1.0', '2.0'),
    }
    const text = 'numpy<2; sys_platform == "win32"\nnumpy>=2; sys_platform != "win32"\napp\nother\n'
    expect(await chosen(text, main, [linux, windows])).toEqual([
      'app==1.0 numpy==2.0 other==2.0',
      'app==1.0 numpy==1.26 other==2.0',
    ])
  })

  test('where one target has no solution, that one is named', async () => {
    const files = { 'requirements.txt': 'a==1.0\n' }
    const { outcome } = await solveWorld({ files, main, targets: [linux, windows] })
    expect(outcome).toMatch(/^no set of versions satisfies the files, for Python 3\.11 on windows-x86_64\n/)
  })
})

describe('the fewest projects that include one of each set', () => {
  test.each([
    { sets: [], fewest: [] },
    { sets: [['a']], fewest: ['a'] },
    { sets: [['b', 'a']], fewest: ['a'] },
    {
      sets: [
        ['a', 'b'],
        ['b', 'c'],
      ],
      fewest: ['b'],
    },
    { sets: [['a', 'b'], ['b', 'c'], ['c', 'a'], ['d']], fewest: ['a', 'b', 'd'] },
  ])('$sets', ({ sets, fewest }) => {
    expect([...smallestHittingSet(sets.map(set => new Set(set)))].sort()).toEqual(fewest)
  })
})
