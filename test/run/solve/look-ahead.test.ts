import { describe, expect, test } from 'vitest'
import type { Options } from '../../../src/contract/options.ts'
import type { PackageIndex } from '../../../src/package-index/project-page.ts'
import { likelyIn } from '../../../src/package-index/snapshot/likely.ts'
import { ResolveCache } from '../../../src/resolve/provider/cache.ts'
import { lookAhead } from '../../../src/run/solve/look-ahead.ts'
import { requirementLines } from '../../../src/torch/lines.ts'
import { fileOf } from '../../requirements/file-of.ts'
import { linux311 } from '../../resolve/world.ts'

type Needs = Readonly<Record<string, readonly string[]>>

/** What a snapshot of an index lists: one release of each project, with what that needs. */
const known: Readonly<Record<'cpu' | 'main', Needs>> = {
  cpu: { torch: ['sympy', 'filelock'] },
  main: {
    torch: ['sympy', 'nvidia-cudnn-cu12; sys_platform == "linux"', 'colorama; sys_platform == "win32"'],
    sympy: ['mpmath'],
    mpmath: ['sympy'],
    app: ['web', 'fast; extra == "speed"', 'torch'],
  },
}

function index(name: string, needs: Needs | undefined, asked: string[]): PackageIndex {
  const likely =
    needs &&
    likelyIn(
      project => needs[project] && { '1.0': { requiresDist: needs[project], files: [] } },
      ({ project, version, release: { requiresDist = [] } }) => ({
        ...{ metadataVersion: '2.2', name: project, version, requiresDist },
        ...{ providesExtra: ['speed'], dynamic: [] },
      }),
    )
  const ask = async () => expect.unreachable('nothing is waited for')
  return {
    ...{ url: name, project: ask, metadata: ask, sizes: ask },
    expect: project => asked.push(`${name} ${project}`),
    ...(likely && { likely }),
  }
}

/** The pages that are asked for ahead, in their order. */
function ahead(text: string, options: Partial<Options> = {}, others: Partial<Record<string, Needs>> = {}): string[] {
  const asked: string[] = []
  const all = { main: known.main, ...others }
  lookAhead({
    lines: requirementLines([fileOf(text, 'requirements.txt')], [linux311]),
    indexes: {
      cpu: { ...index('cpu', known.cpu, asked), origin: 'live' },
      others: Object.entries(all).map(([name, needs]) => index(name, needs, asked)),
      cache: new ResolveCache(),
    },
    targets: [linux311],
    options: { offline: false, resolution: 'highest', sizes: false, ...options },
  })
  return asked
}

describe('pages are asked for before anybody waits for them', () => {
  test.each<{ id: string; text: string; options?: Partial<Options>; asked: string[] }>([
    {
      id: 'of what the lines ask for, and of what that needs',
      text: 'sympy\n',
      asked: ['main sympy', 'main mpmath'],
    },
    {
      id: 'the torch family, which the index of CPU builds has, with its needs from the other one',
      text: 'torch\n',
      asked: ['cpu torch', 'main sympy', 'main filelock', 'main mpmath'],
    },
    {
      id: 'what torch brought as it was, where sizes are wanted, but not for other platforms',
      text: 'torch\n',
      options: { sizes: true },
      asked: ['cpu torch', 'main torch', 'main sympy', 'main filelock', 'main nvidia-cudnn-cu12', 'main mpmath'],
    },
    {
      id: 'what an extra adds',
      text: 'app[speed]\n',
      asked: ['main app', 'main web', 'main fast', 'cpu torch', 'main sympy', 'main filelock', 'main mpmath'],
    },
    { id: 'a line for another platform asks for nothing', text: 'sympy; sys_platform == "win32"\n', asked: [] },
    { id: 'a project from a URL is asked of nobody', text: 'sympy @ https://x.example.org/sympy.zip\n', asked: [] },
    { id: 'offline', text: 'torch\n', options: { offline: true }, asked: [] },
    { id: 'the oldest releases', text: 'torch\n', options: { resolution: 'lowest-direct' }, asked: [] },
  ])('$id', ({ text, options, asked }) => {
    expect(ahead(text, options).toSorted()).toEqual(asked.toSorted())
  })

  test('an index of which no snapshot tells is not asked for what only is likely', () => {
    expect(ahead('sympy\n', {}, { own: undefined })).toEqual(['main sympy', 'main mpmath'])
    expect(ahead('torch\nsympy\n', {}, { main: undefined })).toEqual([])
  })
})
