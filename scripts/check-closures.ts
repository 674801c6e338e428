// Holds the sizes that torchpin works out for `torch==X` on the public index against what was measured without it.
// node scripts/run.js scripts/check-closures.ts [--cache <folder>]
// TORCHPIN_CPU_WHEEL: the real wheel of the measured CPU build, without which that one row is left out.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { resolveOptions } from '../src/contract/options.ts'
import type { Savings } from '../src/contract/results/rewrite.ts'
import { parseRequirement } from '../src/packaging/requirement.ts'
import { ProjectProvider } from '../src/resolve/provider/project-provider.ts'
import { resolve } from '../src/resolve/resolve.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { measureSavings } from '../src/run/savings.ts'
import { openIndexes } from '../src/run/solve/indexes.ts'
import { originalSources } from '../src/torch/sources.ts'
import { serveDescribedIndex } from '../test/loopback/described-index.ts'
import { type ClosureRow, type Closures, closureTable, type Measured, rowOf } from './comparison/closures.ts'
import { inProject, writeDocument } from './comparison/document.ts'
import { cleanEnvironment } from './comparison/run.ts'
import { target } from './comparison/torchpin-side.ts'
import { pool } from './snapshot/pool.ts'

const { values } = parseArgs({ options: { cache: { type: 'string' } } })
const cacheDir = join(values.cache ?? (await mkdtemp(join(tmpdir(), 'torchpin-closures-'))), 'torchpin')
const measured = JSON.parse(await readFile(inProject('fixtures/oracle/closures.json'), 'utf8')) as Measured
const common = {
  cacheDir,
  environment: cleanEnvironment(),
  onNotice: (message: string) => {
    throw new Error(message)
  },
}

const rows = await pool(measured.releases, 2, async (release): Promise<ClosureRow> => {
  const row = rowOf(release, await publicInstall(release.torch))
  console.log(closureTable([row]).at(-1))
  return row
})
const closures: Closures = { date: new Date().toISOString().slice(0, 10), rows, cpu: await cpuBuild() }
await writeFile(inProject('test/comparison/closures.json'), `${JSON.stringify(closures, undefined, 1)}\n`)
await writeDocument()
console.log(closureTable(rows).join('\n'), closures.cpu)

/** What `torch==X` comes to as the public index gives it: the side of the savings that is called before. */
async function publicInstall(torch: string): Promise<Savings> {
  const indexes = await openIndexes(new Map(), resolveOptions(common))
  const line = { requirement: parseRequirement(`torch==${torch}`), where: 'torch' }
  const world = {
    target,
    indexes: indexes.others,
    lines: [line],
    direct: [],
    links: new Map(),
    excludeNewer: undefined,
  }
  const provider = new ProjectProvider(originalSources(world, []), target)
  const resolution = await resolve([{ target, provider, lines: [line], constraints: [] }])
  return measureSavings(
    resolution,
    new Map(),
    { target, complete: { before: true, after: true }, compiles: false },
    () => undefined,
  )
}

/** A whole run over the measured CPU build, its real wheel served; at the moment of the measurement, since dependencies move. */
async function cpuBuild(): Promise<Closures['cpu']> {
  const wheel = process.env['TORCHPIN_CPU_WHEEL']
  if (!wheel) return null
  const index = await serveDescribedIndex({ wheel, assumedUpload: '2026-01-01T00:00:00Z' })
  const { result } = await rewrite(['-'], {
    ...common,
    stdin: Buffer.from(`torch==${measured.cpu.torch.replace('+cpu', '')}\n`),
    python: [target.python],
    cpuIndexUrl: index.cpu,
    excludeNewer: new Date(measured.uploadedBefore),
  })
  await index.close()
  const { before, after } = result.savings!
  return { before, after }
}
