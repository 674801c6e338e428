import { describe, expect, test } from 'vitest'
import type { FileSizes, PackageIndex } from '../src/package-index/project-page.ts'
import { bytecodeOf } from '../src/packaging/bytecode.ts'
import type { Target } from '../src/packaging/target.ts'
import { parseVersion } from '../src/packaging/version.ts'
import type { Resolution } from '../src/resolve/resolve.ts'
import { measureSavings } from '../src/run/savings.ts'

const target: Target = { python: '3.11', platform: 'linux-x86_64' }

/** Packages, each of an index that tells so much of its wheel. */
function installOf(sizes: Readonly<Record<string, Partial<FileSizes>>>): Resolution {
  return new Map(
    Object.entries(sizes).map(([project, told]) => {
      const file = { filename: `${project}.whl`, url: project, hashes: {}, yanked: false, metadataOffered: false }
      const index: PackageIndex = {
        url: 'memory:',
        project: async () => undefined,
        metadata: async () => undefined,
        sizes: async () => ({ exact: true, ...told }),
      }
      return [
        project,
        {
          project,
          builds: [{ version: parseVersion('1.0')!, file, index, origin: 'live', fitting: [file], target, needs: [] }],
        },
      ]
    }),
  )
}

const measured = (before: Parameters<typeof installOf>[0], after: Parameters<typeof installOf>[0]) =>
  measureSavings(
    installOf(before),
    installOf(after),
    { target, complete: { before: true, after: true }, compiles: false },
    () => undefined,
  )

const known = { download: 100, installed: 300 }

describe('what nobody tells the size of counts on neither side, so that it is neither saved nor free', () => {
  test.each<{ id: string; before: Parameters<typeof installOf>[0]; after: Parameters<typeof installOf>[0] }>([
    { id: 'after', before: { a: known, torch: { download: 900, installed: 2000 } }, after: { a: known, torch: {} } },
    { id: 'before', before: { a: known, torch: {} }, after: { a: known, torch: { download: 9, installed: 20 } } },
    { id: 'on both sides', before: { a: known, torch: {} }, after: { a: known, torch: {} } },
    { id: 'of what goes', before: { a: known, torch: {} }, after: { a: known } },
    { id: 'of what comes', before: { a: known }, after: { a: known, torch: {} } },
  ])('$id', async ({ before, after }) => {
    const savings = await measured(before, after)
    expect(savings.unknown).toEqual(['torch'])
    expect(savings.saved).toEqual({ download: 0, installed: 0 })
    expect(savings.before).toEqual({ packages: Object.keys(before).length, ...known, exact: false })
    expect(savings.after).toEqual({ packages: Object.keys(after).length, ...known, exact: false })
  })

  test('it is null where it stands, and what is known of the other side stays', async () => {
    const { packages } = await measured({ torch: { download: 900, installed: 2000 } }, { torch: {} })
    expect(packages).toEqual([
      {
        name: 'torch',
        before: { version: '1.0', download: 900, installed: 2000, exact: true },
        after: { version: '1.0', download: null, installed: null, exact: false },
      },
    ])
  })
})

describe('bytecode', () => {
  const source = { modules: 1000, tests: 0 }
  const compiled = (before: Parameters<typeof installOf>[0], after: Parameters<typeof installOf>[0]) =>
    measureSavings(
      installOf(before),
      installOf(after),
      { target, complete: { before: true, after: true }, compiles: true },
      () => undefined,
    )

  test('stands beside what is unpacked, and is an estimate where the rest is exact', async () => {
    const { before, saved, packages } = await compiled({ a: { ...known, source } }, {})
    const bytes = bytecodeOf(source, target.python)
    expect(before).toEqual({ packages: 1, ...known, exact: true, bytecode: { bytes, exact: false } })
    expect(packages[0]!.before).toEqual({ version: '1.0', ...known, exact: true, bytecode: { bytes, exact: false } })
    expect(saved).toEqual({ ...known, bytecode: bytes })
  })

  test('of no source there is none, exactly', async () => {
    const { before } = await compiled({ a: { ...known, source: { modules: 0, tests: 0 } } }, {})
    expect(before.bytecode).toEqual({ bytes: 0, exact: true })
  })

  test('of source that is not known on one side counts on neither, and is null', async () => {
    const { before, saved, packages } = await compiled({ a: known }, { a: { ...known, source } })
    expect(packages[0]!.before!.bytecode).toBeNull()
    expect(before.bytecode).toEqual({ bytes: 0, exact: false })
    expect(saved.bytecode).toBe(0)
  })

  test('is not there where the installer writes none', async () => {
    expect(JSON.stringify(await measured({ a: { ...known, source } }, {}))).not.toContain('bytecode')
  })
})

describe('what is an estimate', () => {
  test.each<{ id: string; told: Partial<FileSizes>; side: object }>([
    { id: 'nothing', told: known, side: { ...known, exact: true } },
    {
      id: 'bytes on disk that nobody tells: what torch grows to',
      told: { download: 100 },
      side: { download: 100, installed: 365, exact: false },
    },
    {
      id: 'the size of another file, which is named',
      told: { ...known, exact: false, estimatedFrom: 'near.whl' },
      side: { ...known, exact: false, estimatedFrom: 'near.whl' },
    },
  ])('$id', async ({ told, side }) => {
    const savings = await measured({ torch: told }, {})
    expect(savings.packages[0]!.before).toEqual({ version: '1.0', ...side })
    expect(savings.unknown).toEqual([])
  })
})
