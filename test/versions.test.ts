import { describe, expect, test } from 'vitest'
import type { TorchpinError } from '../src/contract/errors.ts'
import type { ReleaseResult } from '../src/contract/results/versions.ts'
import { lazily } from '../src/text/memo.ts'
import { type VersionsOptions, versions } from '../src/versions/versions.ts'
import type { IndexSpec } from './loopback/indexes.ts'
import { cpu2026 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** A mirror in the manner of the public index: Requires-Python and withdrawn releases on the page, sizes in its JSON. */
const mirror: IndexSpec = {
  torch: {
    '2.15.0+cpu': { tags: ['cp311-cp311-manylinux_2_28_x86_64'], yanked: true },
    '2.14.1+cpu': { tags: ['cp311-cp311-manylinux_2_28_x86_64'], requiresPython: '>=3.10' },
  },
  torchvision: {
    '0.29.2+cpu': {
      tags: ['py3-none-manylinux_2_28_x86_64'],
      requires: ['torch>=2.14.0'],
      requiresPython: '>=3.12',
    },
  },
}

const { indexes, environment, folderWith } = sandbox(cpu2026, mirror)

const notices: string[] = []
const list = async (name?: string, given: Partial<VersionsOptions> = {}) => {
  notices.length = 0
  return versions(name, {
    cpuIndexUrl: indexes.cpu,
    cacheDir: folderWith({}),
    environment,
    onNotice: message => notices.push(message),
    ...given,
  })
}
const offline = (name: string, given: Partial<VersionsOptions> = {}) =>
  list(name, { offline: true, cpuIndexUrl: 'https://download.pytorch.org/whl/cpu', ...given })
const refused = (name?: string, given: Partial<VersionsOptions> = {}): Promise<TorchpinError> =>
  list(name, given).then(
    () => expect.unreachable(),
    error => error,
  )
const named = (releases: readonly ReleaseResult[]) => releases.map(({ version }) => version)

describe('the releases of torch', () => {
  test('newest first, as they have to be pinned, a plain one where there is no label', async () => {
    const { releases, index, filter, more } = await list()
    expect(named(releases)).toEqual([
      '2.15.0+cpu',
      '2.14.1+cpu',
      '2.14.0+cpu',
      '2.13.0+cpu',
      '2.12.1+cpu',
      '2.5.1+cpu',
      '2.3.1+cpu',
    ])
    expect(index).toEqual({ url: indexes.cpu, origin: 'live' })
    expect(filter).toEqual({ python: [], platforms: [] })
    expect(more).toBe(false)
    expect(releases[0]!.pins).toEqual({
      'linux-x86_64': '2.15.0+cpu',
      'linux-aarch64': '2.15.0+cpu',
      'macos-arm64': '2.15.0',
      'windows-x86_64': '2.15.0+cpu',
    })
    expect(releases[5]!.pins).toEqual({
      'linux-x86_64': '2.5.1+cpu',
      'linux-aarch64': '2.5.1',
      'windows-x86_64': '2.5.1+cpu',
    })
  })

  test('go with releases that ask for exactly this torch, and with those that ask for this one or later', async () => {
    const { releases } = await list()
    const pairs = Object.fromEntries(releases.map(({ release, pairs }) => [release, pairs]))
    expect(pairs['2.15.0']).toEqual({
      torchvision: ['0.29.2', '0.29.1'],
      torchaudio: ['2.11.1', '2.11.0'],
      torchtext: [],
      torchcodec: ['0.16.0'],
    })
    expect(pairs['2.14.0']!['torchvision']).toEqual(['0.29.2', '0.29.1', '0.29.0'])
    expect(pairs['2.14.1']!['torchvision']).toEqual(['0.29.2', '0.29.1'])
    expect(pairs['2.13.0']).toMatchObject({ torchvision: ['0.28.0'], torchaudio: ['2.11.1', '2.11.0'] })
    expect(pairs['2.5.1']).toMatchObject({ torchvision: ['0.20.1'], torchaudio: ['2.5.1'], torchcodec: [] })
    expect(pairs['2.3.1']).toMatchObject({ torchvision: ['0.18.1'], torchtext: ['0.18.0'] })
    expect(releases.every(({ requires }) => requires === null)).toBe(true)
  })

  test('one release in full', async () => {
    const [release] = (await list('torch', { limit: 1, python: ['3.14t'], platform: ['macos-arm64'] })).releases
    expect(release).toEqual({
      version: '2.15.0',
      release: '2.15.0',
      pythons: ['3.11', '3.12', '3.13', '3.14', '3.14t'],
      platforms: ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64'],
      pins: { 'macos-arm64': '2.15.0' },
      yanked: false,
      uploaded: '2026-11-18T17:05:40Z',
      wheels: [
        {
          filename: 'torch-2.15.0-cp314-cp314t-macosx_14_0_arm64.whl',
          python: '3.14t',
          platform: 'macos-arm64',
          size: null,
          uploaded: '2026-11-18T17:05:40Z',
          yanked: false,
        },
      ],
      pairs: { torchvision: [], torchaudio: [], torchtext: [], torchcodec: [] },
      requires: null,
    })
  })

  test.each([
    [
      'one Python',
      { python: ['3.10'] },
      ['2.14.1+cpu', '2.14.0+cpu', '2.13.0+cpu', '2.12.1+cpu', '2.5.1+cpu', '2.3.1+cpu'],
    ],
    ['one with a patch number', { python: ['3.9.21'] }, ['2.5.1+cpu', '2.3.1+cpu']],
    ['a platform without labels', { platform: ['macos-arm64'] }, ['2.15.0', '2.14.1', '2.13.0']],
    [
      'labels from 2.6 on',
      { platform: ['linux-aarch64'], python: ['3.12'] },
      ['2.15.0+cpu', '2.14.1+cpu', '2.14.0+cpu', '2.13.0+cpu', '2.12.1+cpu', '2.5.1'],
    ],
    ['two Pythons', { python: ['3.9', '3.12'], platform: ['linux-x86_64'] }, ['2.5.1+cpu']],
    ['two platforms', { platform: ['windows-x86_64', 'macos-arm64'] }, ['2.15.0+cpu', '2.14.1+cpu', '2.13.0+cpu']],
    ['the newest two', { limit: 2 }, ['2.15.0+cpu', '2.14.1+cpu']],
    ['pre-releases', { prereleases: true, limit: 2 }, ['2.16.0rc1+cpu', '2.15.0+cpu']],
  ] as [string, Partial<VersionsOptions>, string[]][])('%s', async (_, given, expected) => {
    const { releases, more } = await list('torch', given)
    expect(named(releases)).toEqual(expected)
    expect(more).toBe(given.limit !== undefined)
  })

  test('companions are those for what is asked', async () => {
    const { releases } = await list('torch', { python: ['3.10'], platform: ['linux-aarch64'], limit: 3 })
    expect(releases.map(({ pairs }) => pairs['torchvision'])).toEqual([
      ['0.29.2', '0.29.1'],
      ['0.29.2', '0.29.1', '0.29.0'],
      ['0.28.0'],
    ])
    const [newest] = (await list('torch', { python: ['3.13'], limit: 1 })).releases
    expect(newest!.pairs['torchvision']).toEqual(['0.29.2'])
  })
})

describe('the releases of a companion', () => {
  test('say which torch they need, and which there are', async () => {
    const { releases } = await list('TorchVision', { limit: 4 })
    expect(releases.map(({ version, requires, pairs }) => [version, requires, pairs['torch']])).toEqual([
      ['0.29.2+cpu', 'torch>=2.14.0', ['2.15.0', '2.14.1', '2.14.0']],
      ['0.29.1+cpu', 'torch>=2.14.0', ['2.15.0', '2.14.1', '2.14.0']],
      ['0.29.0+cpu', 'torch==2.14.0', ['2.14.0']],
      ['0.28.0+cpu', 'torch==2.13.0', ['2.13.0']],
    ])
  })

  test('a wheel for every Python 3 is for those its metadata lets in, and that have a torch', async () => {
    const [newest] = (await list('torchvision', { limit: 1 })).releases
    expect(newest!.pythons).toEqual(['3.10', '3.11', '3.12', '3.13', '3.14', '3.14t'])
    const at3141 = await list('torchvision', { python: ['3.14.1'], platform: ['windows-x86_64'], limit: 1 })
    expect(named(at3141.releases)).toEqual(['0.29.1+cpu'])
  })

  test('metadata that names no torch stands for what the table knows; what nobody knows is null', async () => {
    const { releases } = await list('torchcodec')
    expect(releases.map(({ version, requires }) => [version, requires])).toEqual([
      ['0.17.0+cpu', null],
      ['0.16.0+cpu', 'torch>=2.11'],
    ])
    expect((await list('torchaudio', { limit: 2 })).releases[1]).toMatchObject({
      version: '2.11.0+cpu',
      requires: 'torch>=2.11.0',
    })
  })

  test('torchtext asks for any later torch and goes with 2.3 alone', async () => {
    const [last] = (await list('torchtext')).releases
    expect(last).toMatchObject({ requires: 'torch>=2.3.0', pairs: { torch: ['2.3.1'] } })
  })

  test('another project that the index has', async () => {
    const { releases } = await list('torchao')
    expect(releases).toMatchObject([
      { version: '0.16.0+cpu', pythons: ['3.10', '3.11', '3.12', '3.13', '3.14'], requires: null },
      { version: '0.8.0+cpu', platforms: ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64'] },
    ])
  })
})

describe('an index in the manner of the public one', () => {
  test('withdrawn releases are marked, sizes are told', async () => {
    const { releases } = await list('torch', { cpuIndexUrl: indexes.main })
    expect(releases.map(({ version, yanked }) => [version, yanked])).toEqual([
      ['2.15.0+cpu', true],
      ['2.14.1+cpu', false],
    ])
    expect(releases[1]!.wheels[0]!.size).toBeGreaterThan(0)
  })

  test('Requires-Python stands on the page, so nothing else is asked', async () => {
    indexes.requests.length = 0
    expect((await refused('torchvision', { cpuIndexUrl: indexes.main, python: ['3.11'] })).message).toContain(
      'no release of torchvision has CPU wheels for Python 3.11',
    )
    expect(indexes.requests).toEqual(['GET /simple/torchvision/', 'GET /simple/torch/'])
  })
})

test('a password in the URL of the index is for the index alone', async () => {
  const found = await list('torch', { cpuIndexUrl: indexes.cpu.replace('//', '//me:secret@'), limit: 1 })
  expect(found.index.url).toBe(indexes.cpu.replace('//', '//****@'))
  expect(JSON.stringify([found, notices])).not.toContain('secret')
})

describe('what is asked of the index', () => {
  const asked = async (name: string, given: Partial<VersionsOptions>) => {
    indexes.requests.length = 0
    await list(name, given)
    return indexes.requests.map(request => request.replace('GET /whl/cpu/', '')).sort()
  }

  test('pages, and the metadata of companions that the table does not know', async () => {
    expect(await asked('torch', { limit: 3 })).toEqual([
      'torch/',
      'torchaudio-2.11.1%2Bcpu-py3-none-manylinux_2_28_x86_64.whl.metadata',
      'torchaudio/',
      'torchcodec-0.17.0%2Bcpu-cp310-cp310-manylinux_2_28_x86_64.whl.metadata',
      'torchcodec/',
      'torchtext/',
      'torchvision/',
    ])
  })

  test('of releases that are not shown, nothing', async () => {
    expect(await asked('torchao', { limit: 1 })).toEqual([
      'torch/',
      'torchao-0.16.0%2Bcpu-cp310-abi3-manylinux_2_28_x86_64.whl.metadata',
      'torchao/',
    ])
  })
})

describe('nothing to show', () => {
  test.each([
    {
      id: 'a Python that torch has ended',
      given: { python: ['3.9'], platform: ['macos-arm64'] },
      message: `no release of torch has CPU wheels for Python 3.9 on macos-arm64
  for Python 3.9 on macos-arm64 there is none, only for linux-x86_64, linux-aarch64 and windows-x86_64: torch 2.3.1 and 2.5.1
  for macos-arm64 there is torch 2.13.0, 2.14.1 and 2.15.0, for Python 3.10 to 3.14`,
      hint: 'choose another --python or --platform',
    },
    {
      id: 'a Python that nobody has',
      given: { python: ['3.20'] },
      message: `no release of torch has CPU wheels for Python 3.20
  for Python 3.20 there is none on any platform, only for Python 3.8 to 3.14`,
      hint: 'choose another --python or --platform',
    },
    {
      id: 'two Pythons that no release has both of',
      given: { python: ['3.8', '3.14'], platform: ['linux-x86_64'] },
      message: `no release of torch has CPU wheels for Python 3.8 and 3.14 on linux-x86_64
  for Python 3.8 on linux-x86_64 there is torch 2.3.1
  for Python 3.14 on linux-x86_64 there is torch 2.13.0 to 2.15.0
  for linux-x86_64 there is torch 2.3.1 to 2.15.0, for Python 3.8 to 3.14`,
      hint: 'ask for each Python and platform on its own',
    },
    {
      id: 'a platform that the project is not built for',
      name: 'torchtext',
      given: { platform: ['macos-arm64'] },
      message: `no release of torchtext has CPU wheels on macos-arm64
  for macos-arm64 there is none, only for linux-x86_64`,
      hint: 'choose another --python or --platform',
    },
  ] as { id: string; name?: string; given: Partial<VersionsOptions>; message: string; hint: string }[])(
    '$id: what there is instead',
    async ({ name, given, message, hint }) => {
      const error = await refused(name, given)
      expect(error.code).toBe('NO_SOLUTION')
      expect(error.message).toBe(message)
      expect(error.hint).toBe(hint)
    },
  )

  test.each([
    { id: 'a dash that is not there', name: 'Torch_Vision', code: 'BAD_OPTION', hint: 'did you mean torchvision?' },
    { id: 'a typing error', name: 'torchvison', code: 'BAD_OPTION', hint: 'did you mean torchvision?' },
    {
      id: 'the name of the module is not that of the package',
      name: 'pytorch',
      code: 'BAD_OPTION',
      hint: 'did you mean torch?',
    },
    {
      id: 'a stranger',
      name: 'flask',
      code: 'BAD_OPTION',
      hint: 'ask for one of torch, torchvision, torchaudio, torchtext, torchcodec',
    },
    {
      id: 'a requirement',
      name: 'torch==2.1.0',
      code: 'BAD_OPTION',
      hint: 'give the name alone, as in torchpin versions torchvision; --python and --platform narrow the list',
    },
  ])('$id', async ({ name, code, hint }) => expect(await refused(name)).toMatchObject({ code, hint }))

  test('an index without torchtext', async () => {
    expect(await refused('torchtext', { cpuIndexUrl: indexes.main })).toMatchObject({
      code: 'NO_SOLUTION',
      message: `${indexes.main} has no CPU wheel of torchtext`,
    })
  })

  test.each([
    [{ python: ['three'] }, '--python three is not a Python version'],
    [{ python: ['3.14tt'] }, '--python 3.14tt is not a Python version'],
    [{ limit: 0 }, '--limit 0 is not a number of releases'],
    [{ limit: Number.NaN }, '--limit NaN is not a number of releases'],
    [{ limit: 1.5 }, '--limit 1.5 is not a number of releases'],
    [{ platform: ['linux'] }, '--platform linux is not known'],
    [{ cpuIndexUrl: 'nowhere' }, '--cpu-index-url is not an http(s) or file URL'],
  ])('bad usage: %j', async (given, message) =>
    expect(await refused('torch', given as Partial<VersionsOptions>)).toMatchObject({ code: 'BAD_OPTION', message }),
  )
})

describe('no network', () => {
  test('the snapshot answers, and says so once', async () => {
    const { index, releases } = await offline('torch', { limit: 1 })
    expect(index).toEqual({
      url: 'https://download.pytorch.org/whl/cpu',
      origin: 'snapshot',
      snapshotDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    })
    expect(notices).toHaveLength(1)
    expect(releases).toHaveLength(1)
  })

  test('pages that were asked for before answer, and what only the index could tell is left out', async () => {
    const cacheDir = folderWith({})
    await list('torchaudio', { cacheDir, limit: 1 })
    indexes.requests.length = 0
    const { index, releases } = await list('torchaudio', { cacheDir, offline: true })
    expect(indexes.requests).toEqual([])
    expect(index.origin).toBe('live')
    expect(releases.map(({ version, requires }) => [version, requires])).toEqual([
      ['2.11.1+cpu', 'torch>=2.11'],
      ['2.11.0+cpu', 'torch>=2.11.0'],
      ['2.5.1+cpu', 'torch==2.5.1'],
    ])
  })

  test('metadata that cannot be had is not known, and that is said', async () => {
    const cacheDir = folderWith({})
    await list('torchcodec', { cacheDir, platform: ['linux-aarch64'], limit: 1 })
    const { releases } = await list('torchcodec', { cacheDir, platform: ['windows-x86_64'], offline: true, limit: 1 })
    expect(releases[0]).toMatchObject({ version: '0.17.0+cpu', requires: null, pairs: { torch: [] } })
    expect(notices).toEqual([expect.stringMatching(/; what torchcodec-0\.17\.0\+cpu-\S+\.whl needs is not known$/)])
  })

  test('what neither knows', async () => {
    const error = await offline('torchvison').then(
      () => expect.unreachable(),
      (error: TorchpinError) => error,
    )
    expect(error).toMatchObject({ code: 'INDEX_UNREACHABLE', hint: 'did you mean torchvision?' })
  })

  test('that a snapshot does not know every wheel is said where it shows nothing', async () => {
    await expect(offline('torchtext', { python: ['3.13'] })).rejects.toThrow(
      /the snapshot of \d{4}-\d{2}-\d{2} does not know every wheel$/,
    )
  })
})

/** torch, torchvision, torchaudio, torchtext: what the projects' own tables of compatibility say, as the snapshot knows them. */
const pairs: readonly (readonly [torch: string, vision: string, audio: string, text: string | undefined])[] = [
  ['1.10.2', '0.11.3', '0.10.2', '0.11.2'],
  ['1.11.0', '0.12.0', '0.11.0', '0.12.0'],
  ['1.12.0', '0.13.0', '0.12.0', '0.13.0'],
  ['1.12.1', '0.13.1', '0.12.1', '0.13.1'],
  ['1.13.0', '0.14.0', '0.13.0', '0.14.0'],
  ['1.13.1', '0.14.1', '0.13.1', '0.14.1'],
  ['2.0.0', '0.15.1', '2.0.1', '0.15.1'],
  ['2.0.1', '0.15.2', '2.0.2', '0.15.2'],
  ['2.1.0', '0.16.0', '2.1.0', '0.16.0'],
  ['2.1.1', '0.16.1', '2.1.1', '0.16.1'],
  ['2.1.2', '0.16.2', '2.1.2', '0.16.2'],
  ['2.2.0', '0.17.0', '2.2.0', '0.17.0'],
  ['2.2.1', '0.17.1', '2.2.1', '0.17.1'],
  ['2.2.2', '0.17.2', '2.2.2', '0.17.2'],
  ['2.3.0', '0.18.0', '2.3.0', '0.18.0'],
  ['2.3.1', '0.18.1', '2.3.1', '0.18.0'],
  ['2.4.0', '0.19.0', '2.4.0', undefined],
  ['2.4.1', '0.19.1', '2.4.1', undefined],
  ['2.5.0', '0.20.0', '2.5.0', undefined],
  ['2.5.1', '0.20.1', '2.5.1', undefined],
  ['2.6.0', '0.21.0', '2.6.0', undefined],
  ['2.7.0', '0.22.0', '2.7.0', undefined],
  ['2.7.1', '0.22.1', '2.7.1', undefined],
  ['2.8.0', '0.23.0', '2.8.0', undefined],
  ['2.9.0', '0.24.0', '2.9.0', undefined],
  ['2.9.1', '0.24.1', '2.9.1', undefined],
  ['2.10.0', '0.25.0', '2.10.0', undefined],
  ['2.11.0', '0.26.0', '2.11.0', undefined],
  ['2.12.0', '0.27.0', '2.11.0', undefined],
  ['2.12.1', '0.27.1', '2.11.0', undefined],
  ['2.13.0', '0.28.0', '2.11.0', undefined],
  ['2.14.0', '0.29.2', '2.11.0', undefined],
  ['2.14.1', '0.29.2', '2.11.0', undefined],
]

describe('the snapshot', () => {
  const everyTorch = lazily(() => offline('torch'))

  test.each(pairs)('torch %s goes with torchvision %s, torchaudio %s, torchtext %s', async (torch, ...expected) => {
    const { releases } = await everyTorch()
    const { pairs } = releases.find(({ release }) => release === torch)!
    expect(['torchvision', 'torchaudio', 'torchtext'].map(name => pairs[name]![0])).toEqual(expected)
  })

  test('every torch release in it is in that table', async () => {
    const { releases } = await everyTorch()
    expect(releases.map(({ release }) => release).reverse()).toEqual(pairs.map(([torch]) => torch))
  })

  test.each([
    ['3.8', 'linux-x86_64', '1.10.2', '2.4.1'],
    ['3.9', 'linux-x86_64', '1.10.2', '2.8.0'],
    ['3.10', 'linux-x86_64', '1.11.0', '2.13.0'],
    ['3.11', 'linux-x86_64', '1.13.0', '2.14.1'],
    ['3.12', 'linux-x86_64', '2.2.1', '2.14.1'],
    ['3.13', 'linux-x86_64', '2.5.1', '2.14.1'],
    ['3.14', 'linux-x86_64', '2.9.0', '2.14.1'],
    ['3.15', 'linux-x86_64', '2.13.0', '2.14.1'],
    ['3.13t', 'linux-x86_64', '2.6.0', '2.12.0'],
    ['3.14t', 'linux-x86_64', '2.9.0', '2.14.1'],
    ['3.11', 'linux-aarch64', '2.0.0', '2.14.1'],
    ['3.14', 'macos-arm64', '2.9.0', '2.13.0'],
  ] as const)('Python %s on %s: torch %s to %s', async (python, platform, oldest, newest) => {
    const { releases } = await offline('torch', { python: [python], platform: [platform] })
    expect([releases.at(-1)!.release, releases[0]!.release]).toEqual([oldest, newest])
  })
})
