// Holds torchpin's choice of versions against that of real uv, with the lines of each file in many orders.
// node scripts/run.js scripts/compare-orders.ts --uv <path> [--cache <folder>] [--shuffles 20] [--jobs 3] [--only <part of a name>]
// TORCHPIN_CORPUS: a folder of more requirements files. --resume takes what an earlier run with the same --cache came to.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { serveDescribedIndex } from '../test/loopback/described-index.ts'
import { inProject } from './comparison/document.ts'
import { compareOrders, type Ordered } from './comparison/orders.ts'
import { subjectsIn } from './comparison/subjects.ts'
import { pool } from './snapshot/pool.ts'

const { values } = parseArgs({
  options: {
    uv: { type: 'string', default: 'uv' },
    cache: { type: 'string' },
    shuffles: { type: 'string', default: '20' },
    jobs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    resume: { type: 'boolean', default: false },
  },
})
const cache = values.cache ?? (await mkdtemp(join(tmpdir(), 'torchpin-orders-cache-')))
const index = await serveDescribedIndex({ assumedUpload: '2026-01-01T00:00:00Z' })
const world = { index, installers: { uv: values.uv, pip: '', cache }, limit: '2026-11-20T00:00:00Z' }
const corpus = process.env['TORCHPIN_CORPUS']
const all = [...(await subjectsIn(inProject('fixtures/comparison'))), ...(corpus ? await subjectsIn(corpus) : [])]

const rows = await pool(
  all.filter(({ id }) => id.includes(values.only)),
  Number(values.jobs),
  async (subject): Promise<Ordered | undefined> => {
    const kept = join(cache, 'orders', `${encodeURIComponent(subject.id)}.json`)
    if (values.resume && existsSync(kept)) return JSON.parse(await readFile(kept, 'utf8')) as Ordered
    const row = await compareOrders(subject, world, Number(values.shuffles)).catch((error: Error) => {
      console.error(subject.id, error)
      process.exitCode = 1
      return undefined
    })
    if (!row) return undefined
    console.log(`${subject.id}: ${JSON.stringify(row)}`)
    await mkdir(dirname(kept), { recursive: true })
    await writeFile(kept, JSON.stringify(row))
    return row
  },
)
await index.close()
const found = rows.flatMap(row => row ?? []).sort((a, b) => (a.file < b.file ? -1 : 1))
const output = values.only ? join(cache, 'orders.json') : inProject('test/comparison/orders.json')
await writeFile(output, `[\n${found.map(row => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
console.log(`${found.length} files: ${output}`)
