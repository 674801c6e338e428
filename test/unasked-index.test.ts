import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { snapshotIndex } from '../src/package-index/snapshot/snapshot-index.ts'
import { compareVersions, parseVersion, publicVersion } from '../src/packaging/version.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { pythonsOn, releasesOn } from '../src/torch/releases.ts'
import { versions } from '../src/versions/versions.ts'
import { type IndexSpec, serveIndexes } from './loopback/indexes.ts'
import { sandbox } from './sandbox.ts'

/** What is known of an index that cannot be asked is not all there is: unknown is not absent. */
const { temporary, environment, folderWith } = sandbox()

const nowhere = { offline: true, cacheDir: '/dev/null/nothing' }

async function rewritten(lines: readonly string[], more: Partial<Options> = {}) {
  const cwd = folderWith({})
  const file = join(cwd, 'requirements.txt')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const { result, rewritten: changed } = await rewrite(['requirements.txt'], {
    cwd,
    environment,
    python: ['3.12'],
    sizes: false,
    ...nowhere,
    ...more,
  })
  const [{ diagnostics }] = result.files as [(typeof result.files)[number]]
  return {
    pins: (changed[0] ? Buffer.from(changed[0].after).toString() : readFileSync(file, 'utf8'))
      .split('\n')
      .filter(line => line.startsWith('torch')),
    codes: diagnostics.filter(({ level }) => level !== 'info').map(({ code, line }) => `${code}:${line}`),
  }
}

const linux = { tags: ['cp311-cp311-manylinux_2_28_x86_64'] }

describe('an exact pin that the snapshot does not list', () => {
  test.each<{ id: string; lines: string[]; pins?: string[]; codes: string[] }>([
    { id: 'a CPU build between two that it lists', lines: ['torch==2.1.2+cpu'], codes: [] },
    { id: 'one that is newer than all it lists', lines: ['torch==2.77.0+cpu'], codes: ['unverified-pin:1'] },
    {
      id: 'a whole trio of which it lists one only',
      lines: ['torch==2.4.0+cpu', 'torchvision==0.19.0+cpu', 'torchaudio==2.4.0+cpu'],
      codes: ['unverified-pin:3'],
    },
    {
      id: 'one for CUDA becomes the CPU build of the same release, which the public index has',
      lines: ['torch==2.7.0+cu126', 'torchaudio==2.7.0+cu126'],
      pins: ['torch==2.7.0+cpu', 'torchaudio==2.7.0+cpu'],
      codes: ['unverified-pin:2'],
    },
    {
      id: 'and so does one without a label',
      lines: ['torch==2.3.0', 'torchaudio==2.3.0'],
      pins: ['torch==2.3.0+cpu', 'torchaudio==2.3.0+cpu'],
      codes: ['unverified-pin:2'],
    },
  ])('$id', async ({ lines, pins = lines, codes }) => {
    expect(await rewritten(lines, { python: ['3.11'] })).toEqual({ pins, codes })
  })

  test.each([
    { id: 'a CUDA build of a release that is known nowhere', line: 'torch==2.77.0+cu130', python: '3.12' },
    { id: 'a CPU build for a Python that its neighbours have no wheel for', line: 'torch==2.1.2+cpu', python: '3.14' },
    { id: 'a release of another project', line: 'requests==2.77.0', python: '3.12' },
  ])('$id: nothing changes, and nothing is said not to exist', async ({ line, python }) => {
    const refused = await rewritten([line], { python: [python] }).catch(error => error)
    expect(refused.code).toBe('INDEX_UNREACHABLE')
    expect(refused.message).toContain(`requirements.txt:1 asks for ${line}`)
    expect(refused.message).toContain('could not be asked')
    expect(refused.message).not.toMatch(/no such version|has no|does not have|not exist|only for/)
  })

  test('what an index answered once counts up to the newest that it had then', async () => {
    const cpu: IndexSpec = { torch: { '2.1.0+cpu': linux, '2.3.0+cpu': linux } }
    const indexes = await serveIndexes(cpu, {})
    const more = {
      cpuIndexUrl: indexes.cpu,
      indexUrl: indexes.main,
      cacheDir: join(temporary, 'cache'),
      python: ['3.11'],
    }
    await rewritten(['torch'], { ...more, offline: false })
    await indexes.close()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await rewritten(['torch==2.2.0+cu118'], more)).toEqual({
      pins: ['torch==2.3.0+cpu'],
      codes: ['nearest-release:1'],
    })
    expect(await rewritten(['torch==2.4.0+cpu'], more)).toEqual({
      pins: ['torch==2.4.0+cpu'],
      codes: ['unverified-pin:1'],
    })
  })
})

describe('nearest-release', () => {
  const cpu: IndexSpec = {
    torch: { '2.1.0+cpu': linux, '2.2.0+cpu': linux, '2.4.0+cpu': linux },
    torchaudio: {
      '2.1.1+cpu': { ...linux, requires: ['torch==2.1.1'] },
      '2.2.0+cpu': { ...linux, requires: ['torch==2.2.0'] },
      '2.4.0+cpu': { ...linux, requires: ['torch==2.4.0'] },
    },
  }

  test.each([
    {
      id: 'takes the nearest that goes with the other pins of the file, and not the nearest of all',
      lines: ['torch==2.4.0+cu121', 'torchaudio==2.1.0+cu121'],
      pins: ['torch==2.4.0+cpu', 'torchaudio==2.4.0+cpu'],
      codes: ['nearest-release:2'],
    },
    {
      id: 'takes the nearest of all where they leave it',
      lines: ['torchaudio==2.3.0+cu121'],
      pins: ['torch==2.4.0+cpu  # CPU build, for torchaudio', 'torchaudio==2.4.0+cpu'],
      codes: ['nearest-release:1'],
    },
  ])('$id', async ({ lines, pins, codes }) => {
    const indexes = await serveIndexes(cpu, {})
    const more = { cpuIndexUrl: indexes.cpu, indexUrl: indexes.main, offline: false, python: ['3.11'] }
    expect(await rewritten(lines, { ...more, cacheDir: folderWith({}) })).toEqual({
      pins,
      codes,
    })
    await indexes.close()
  })

  test('where no release goes with another pin, both lines are quoted as they stand', async () => {
    const indexes = await serveIndexes(cpu, {})
    const more = { cpuIndexUrl: indexes.cpu, indexUrl: indexes.main, offline: false, python: ['3.11'] }
    const refused = await rewritten(['torch==2.1.0+cu121', 'torchaudio==2.1.0+cu121'], {
      ...more,
      cacheDir: folderWith({}),
    }).catch(error => error)
    await indexes.close()
    expect(refused.code).toBe('NO_SOLUTION')
    expect(refused.message).toContain('requirements.txt:1 asks for torch==2.1.0+cu121')
  })
})

describe('every release of torch from 2.0 on', async () => {
  const known = await versions('torch', { ...nowhere, environment: {} })
  const releases = known.releases.filter(
    ({ release }) => compareVersions(parseVersion(release)!, parseVersion('2')!) >= 0,
  )
  const pages = await Promise.all(
    ['torch', 'torchvision', 'torchaudio'].map(async project => (await snapshotIndex('cpu').project(project))!),
  )
  const listed = pages.map(page => releasesOn(page, pythonsOn(page)))

  /** The Pythons for which a wheel of a release is listed for Linux. */
  const pythonsOf = (release: string, of: (typeof listed)[number] = []) =>
    of
      .filter(entry => publicVersion(entry.release).text === release)
      .flatMap(({ wheels }) => wheels.flatMap(({ places }) => places))
      .flatMap(({ python, platform }) => (platform === 'linux-x86_64' ? [python] : []))

  /** Those for which there is one of each, and that the snapshot of the public index is for. */
  const pythonsFor = (trio: readonly string[]) =>
    ['3.10', '3.11', '3.12', '3.13', '3.14'].filter(python =>
      trio.every((release, i) => pythonsOf(release, listed[i]).includes(python)),
    )

  test.each(
    releases.flatMap(({ release, pairs }) =>
      pairs['torchvision']!.flatMap(vision => pairs['torchaudio']!.map(audio => ({ release, vision, audio }))),
    ),
  )(
    'the trio of torch $release, torchvision $vision and torchaudio $audio stays',
    async ({ release, vision, audio }) => {
      const lines = [`torch==${release}+cpu`, `torchvision==${vision}+cpu`, `torchaudio==${audio}+cpu`]
      const pythons = pythonsFor([release, vision, audio])
      const { pins, codes } = await rewritten(lines, { python: [pythons[0] ?? pythonsFor([release])[0]!] })
      expect(pins).toEqual(lines)
      if (pythons.length > 0) expect(codes).toEqual([])
    },
  )
})

describe('what versions tells of pairs', async () => {
  const all = await versions('torch', { ...nowhere, environment: {} })
  const companions = await Promise.all(
    ['torchvision', 'torchaudio', 'torchtext', 'torchcodec'].map(project =>
      versions(project, { ...nowhere, environment: {} }),
    ),
  )

  test.each(companions)('is the same seen from torch and from $package', ({ package: project, releases }) => {
    const fromTorch = all.releases.map(({ release, pairs }) => [
      release,
      pairs[project]!.filter(other => releases.some(({ release }) => release === other)),
    ])
    const fromCompanion = all.releases.map(({ release }) => [
      release,
      releases.filter(({ pairs }) => pairs['torch']!.includes(release)).map(({ release }) => release),
    ])
    expect(fromTorch).toEqual(fromCompanion)
  })

  test.each(
    companions.flatMap(({ package: project, releases }) =>
      releases.flatMap(({ release, pairs, pythons, requires }) => {
        const python = pythons.find(python => /^3\.1[0-4]$/.test(python))
        // Nothing tells which torch the newest torchcodec is for.
        return python && requires ? [{ project, release, torches: pairs['torch']!, python }] : []
      }),
    ),
  )('is what rewrite writes beside $project $release', async ({ project, release, torches, python }) => {
    const { pins } = await rewritten(['torch', `${project}==${release}+cpu`], { python: [python] })
    expect(torches.map(torch => `torch==${torch}+cpu`)).toContain(pins[0])
  })
})
