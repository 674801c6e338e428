import { describe, expect, test } from 'vitest'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { parseVersion } from '../../src/packaging/version.ts'
import { knownPairing, pairedReleases } from '../../src/torch/pairings.ts'
import { companionsOf, goesWith, plainRequirement, torchNeededBy } from '../../src/torch/pairs.ts'

const version = (text: string) => parseVersion(text)!
const metadata =
  (...requiresDist: string[]) =>
  async () => ({
    name: 'torchvision',
    version: '9.0.0',
    requiresDist,
    providesExtra: [],
    dynamic: [],
    metadataVersion: '2.1',
  })
const needed = async (project: string, release: string, ...lines: string[]) => {
  const found = await torchNeededBy(project, version(release), metadata(...lines))
  return found && plainRequirement(found)
}

describe('the table of pairings says what the wheels say', () => {
  const indexes = { cpu: snapshotIndex('cpu'), pypi: snapshotIndex('pypi') }
  test.each(
    (['cpu', 'pypi'] as const).flatMap(index =>
      ['torchvision', 'torchaudio', 'torchtext'].map(project => ({ index, project })),
    ),
  )('$project in the snapshot of $index', async ({ index, project }) => {
    const page = (await indexes[index].project(project))!
    let compared = 0
    for (const file of page.files) {
      const told = (await indexes[index].metadata(file))!
      const line = told.requiresDist.find(line => /^torch\b(?!data)/.test(line))
      const table = knownPairing(project, told.version.replace(/\+.*/, ''))
      if (!line || table === undefined) continue
      expect(`torch${table}`, file.filename).toBe(plainRequirement(parseRequirement(line)))
      compared++
    }
    expect(compared).toBeGreaterThan(0)
  })
})

describe('what a release asks of torch', () => {
  test.each([
    ['an exact pin, as old wheels write it', '9.0.0', ['numpy', 'torch (==2.14.0)'], 'torch==2.14.0'],
    ['an open range', '9.0.0', ['torch>=2.14.0'], 'torch>=2.14.0'],
    ['any torch', '9.0.0', ['torch'], 'torch'],
    ['nothing', '9.0.0', ['numpy'], undefined],
    ['torch for an extra only', '9.0.0', ["torch==2.0.0 ; extra == 'dev'"], undefined],
    ['torchdata is no torch', '9.0.0', ['torchdata==0.7.0'], undefined],
    ['a line that cannot be read', '9.0.0', ['torch (>=2.0'], undefined],
    ['a release of the table, whatever the index says', '0.29.2', [], 'torch>=2.14.0'],
  ])('%s', async (_, release, lines, expected) => expect(await needed('torchvision', release, ...lines)).toBe(expected))

  test('the index is not asked about a release that the table has', async () => {
    const asked = () => Promise.reject(new Error('asked'))
    expect(plainRequirement((await torchNeededBy('torchaudio', version('2.11.0'), asked))!)).toBe('torch>=2.11.0')
  })
})

describe('whether a release goes with a torch', () => {
  test.each([
    ['torchvision', '0.29.2', 'torch>=2.14.0', '2.15.0', true],
    ['torchvision', '0.29.2', 'torch>=2.14.0', '2.13.0', false],
    ['torchvision', '0.29.0', 'torch==2.14.0', '2.14.1', false],
    ['torchvision', '0.11.0', 'torch==1.10.0+cpu', '1.10.0', true],
    ['torchcodec', '0.9.1', 'torch==2.9.*', '2.9.1', true],
    // Its metadata lets it install beside any later torch, where it does not load.
    ['torchtext', '0.18.0', 'torch>=2.3.0', '2.3.1', true],
    ['torchtext', '0.18.0', 'torch>=2.3.0', '2.4.0', false],
  ])('%s %s (%s) with torch %s: %s', (project, release, required, torch, expected) =>
    expect(goesWith(project, version(release), parseRequirement(required), version(torch))).toBe(expected),
  )
})

describe('companions are looked into from the newest', () => {
  const asked: string[] = []
  const companion = (release: string, torch: string, fits = true) => ({
    release: version(release),
    fits,
    torch: async () => {
      asked.push(release)
      return parseRequirement(torch)
    },
  })

  test('and not beyond the first that is for an older torch than any shown', async () => {
    asked.length = 0
    const all = [
      companion('0.9.1', 'torch==2.9.*'),
      companion('0.9.0', 'torch==2.9.*'),
      companion('0.8.1', 'torch==2.9.*'),
      companion('0.8.0', 'torch==2.9.*'),
      companion('0.7.0', 'torch==2.8.*'),
      companion('0.6.0', 'torch==2.8.*'),
      companion('0.5.0', 'torch==2.7.*'),
      companion('0.4.0', 'torch==2.7.*'),
      companion('0.3.0', 'torch==2.7.*'),
      companion('0.1.0', 'torch'),
    ]
    const found = await companionsOf([version('2.9.1'), version('2.9.0')], 'torchcodec', all)
    expect([...found.values()]).toEqual([
      ['0.9.1', '0.9.0', '0.8.1', '0.8.0'],
      ['0.9.1', '0.9.0', '0.8.1', '0.8.0'],
    ])
    // Four at once, so the three beside the one that ends it too.
    expect(asked).not.toContain('0.3.0')
    expect(asked).not.toContain('0.1.0')
  })

  test('one that is not known ends nothing', async () => {
    const unknown = { release: version('0.30.0'), fits: true, torch: async () => undefined }
    const found = await companionsOf([version('2.15.0')], 'torchvision', [
      unknown,
      companion('0.29.2', 'torch>=2.14.0'),
    ])
    expect([...found.values()]).toEqual([['0.29.2']])
  })

  test('an old requirement without a bound means the torch of its time', async () => {
    const all = [
      companion('0.29.0', 'torch==2.14.0'),
      companion('0.28.0', 'torch==2.13.0'),
      companion('0.3.0', 'torch==1.1.0'),
      companion('0.2.0', 'torch'),
    ]
    const torches = ['2.14.0', '2.13.0', '1.1.0', '1.0.0'].map(version)
    const found = await companionsOf(torches, 'torchvision', all)
    expect([...found.values()]).toEqual([['0.29.0'], ['0.28.0'], ['0.3.0', '0.2.0'], ['0.2.0']])
  })

  test('one that is not there for what is asked still tells where to stop', async () => {
    const all = [companion('0.28.0', 'torch==2.13.0', false), companion('0.2.0', 'torch')]
    expect([...(await companionsOf([version('2.15.0')], 'torchvision', all)).values()]).toEqual([[]])
  })

  test('no torch, no question', async () => {
    asked.length = 0
    expect((await companionsOf([], 'torchvision', [companion('0.29.2', 'torch>=2.14.0')])).size).toBe(0)
    expect(asked).toEqual([])
  })
})

test('a project that the table does not have has no releases there', () => {
  expect(pairedReleases('torchao')).toEqual([])
  expect(pairedReleases('torchvision')).toContain('0.29.2')
})
