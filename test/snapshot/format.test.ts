import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderSnapshot } from '../../scripts/snapshot/render.ts'
import { DEFAULT_INDEX_URL } from '../../src/contract/options.ts'
import { expandFilename, type Snapshot, shortenFilename } from '../../src/package-index/snapshot/format.ts'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { parseSpecifierSet } from '../../src/packaging/specifier.ts'
import { parseVersion } from '../../src/packaging/version.ts'
import { parseSdistFilename, parseWheelFilename } from '../../src/packaging/wheel.ts'

const text = (kind: string) => readFileSync(new URL(`../../snapshot/${kind}.json`, import.meta.url), 'utf8')

test.each([
  [
    'torch',
    '2.13.0+cpu',
    'cp311-cp311-manylinux_2_28_x86_64',
    'torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl',
  ],
  ['torch', '2.10.0', '3-cp311-cp311-manylinux_2_28_x86_64', 'torch-2.10.0-3-cp311-cp311-manylinux_2_28_x86_64.whl'],
  ['typing-extensions', '4.16.0', 'py3-none-any', 'typing_extensions-4.16.0-py3-none-any.whl'],
  ['pyyaml', '6.0', 'PyYAML-6.0-cp311-cp311-win_amd64.whl', 'PyYAML-6.0-cp311-cp311-win_amd64.whl'],
  ['openai-whisper', '20250625', 'openai_whisper-20250625.tar.gz', 'openai_whisper-20250625.tar.gz'],
  ['ftfy', '1.0', 'ftfy-1.0.zip', 'ftfy-1.0.zip'],
])('%s %s: %s is %s', (project, version, name, filename) => {
  expect(shortenFilename(project, version, filename)).toBe(name)
  expect(expandFilename(project, version, name)).toBe(filename)
})

describe.each(['cpu', 'pypi'])('snapshot/%s.json', kind => {
  const snapshot: Snapshot = JSON.parse(text(kind))
  const releases = Object.entries(snapshot.projects).flatMap(([project, byVersion]) =>
    Object.entries(byVersion).map(([version, release]) => ({ project, version, release })),
  )
  const rows = releases.flatMap(({ project, version, release }) =>
    release.files.map(row => ({ project, version, row, filename: expandFilename(project, version, row[0]) })),
  )

  test('is dated', () => {
    expect(snapshot.format).toBe(1)
    expect(snapshot.collected).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(snapshot.note).not.toBe('')
  })

  test('has one release a line', () => {
    expect(text(kind)).toBe(renderSnapshot(snapshot))
  })

  test('names no address but that of the CPU index', () => {
    expect(text(kind).match(/https?:[^"]*/g)).toEqual(kind === 'cpu' ? ['https://download.pytorch.org/whl/cpu'] : null)
    expect(text(kind)).not.toContain(new URL(DEFAULT_INDEX_URL).host)
  })

  test('names projects and versions in their normal form', () => {
    for (const { project, version } of releases) {
      expect(project).toBe(canonicalizeName(project))
      expect(parseVersion(version)?.text).toBe(version)
    }
  })

  test('every file name can be read, and is of its project and version', () => {
    for (const { project, version, filename } of rows) {
      const wheel = parseWheelFilename(filename)
      expect(wheel?.version.text ?? parseSdistFilename(filename, project)?.text, filename).toBe(version)
      if (wheel) expect(canonicalizeName(wheel.name), filename).toBe(project)
    }
  })

  test('no file is in it twice', () => {
    const names = rows.map(({ filename }) => filename)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  test('hashes are SHA-256, bytes are whole numbers, and an approximate size stands only in for an unknown one', () => {
    for (const { filename, row } of rows) {
      const [, sha256, size, installed, approximate, ...rest] = row
      expect(rest, filename).toEqual([])
      if (sha256 !== null) expect(sha256, filename).toMatch(/^[0-9a-f]{64}$/)
      for (const bytes of [size, installed, approximate ?? null]) {
        expect(bytes === null || (Number.isSafeInteger(bytes) && bytes > 0), `${filename} ${bytes}`).toBe(true)
      }
      if (approximate !== undefined) expect(size, filename).toBeNull()
    }
  })

  test('source is known of every release whose wheels were looked into, as two whole numbers', () => {
    for (const { release } of releases) {
      const lookedInto = release.files.some(([, , , installed]) => installed !== null)
      expect(release.source?.every(bytes => Number.isSafeInteger(bytes) && bytes >= 0) ?? false).toBe(lookedInto)
    }
  })

  test('core metadata can be read', () => {
    for (const { release } of releases) {
      if (release.requiresPython) parseSpecifierSet(release.requiresPython)
      for (const line of release.requiresDist ?? []) parseRequirement(line)
    }
    expect(releases.filter(({ release }) => release.derived && !release.requiresDist)).toEqual([])
  })
})

test('a CPU build asks for nothing of CUDA', () => {
  const { projects }: Snapshot = JSON.parse(text('cpu'))
  const lines = Object.values(projects)
    .flatMap(Object.values<Snapshot['projects'][string][string]>)
    .flatMap(({ requiresDist }) => requiresDist ?? [])
  expect(lines.filter(line => /^(?:nvidia|cuda|triton)/.test(line))).toEqual([])
})

test('both together stay small enough to ship', () => {
  expect(text('cpu').length + text('pypi').length).toBeLessThan(1_500_000)
})
