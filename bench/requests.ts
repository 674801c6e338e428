import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { account, type Measured } from './account.ts'
import { count, once } from './nothing-cached.ts'
import { seed, torchpin, uv, uvVersion } from './tools.ts'

/** Requests, bytes and time for the seed file, nothing cached: node scripts/run.js bench/requests.ts [--runs 3] */

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } })
const runs = Number(values.runs)
if (!(Number.isSafeInteger(runs) && runs > 0)) throw new Error('--runs takes a number of runs')
const uvFound = uvVersion()
const tools = [torchpin(), torchpin('--no-sizes'), ...(uvFound ? [uv] : [])]

const counted = []
for (const tool of tools) counted.push(await count(tool))
const walls: number[][] = tools.map(() => [])
// In turn, so that a slow minute is everybody's.
for (let run = 0; run < runs; run++) {
  for (const [i, tool] of tools.entries()) walls[i]!.push((await once(tool)).wall)
}
const measured = counted.map((row, i): Measured => ({ ...row, wall: walls[i]! }))
const machine = [`${availableParallelism()} cores`, `load ${loadavg()[0]!.toFixed(1)}`]
console.log(
  [
    `${seed} for Python 3.11 on linux-x86_64, nothing cached; wall: median of ${runs}`,
    [`Node ${process.versions.node}`, ...(uvFound ? [uvFound] : []), ...machine].join(', '),
    '',
    ...account(
      measured,
      measured.find(({ name }) => name === uv.name),
    ),
    'torchpin also resolves the file as it was, CUDA and all, and sizes up every package of both installs;',
    'torchpin --no-sizes and uv resolve the CPU-only file once.',
    ...(uvFound ? [] : ['uv is not on PATH, so there is nothing to compare with.']),
  ].join('\n'),
)
