import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, devNull, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { account, type Measured } from './account.ts'
import { serveCpuIndex } from './cpu-index.ts'
import { finish } from './finish.ts'
import { seed, type Tool, torchpin, uv, uvVersion } from './tools.ts'
import { serveCountingProxy } from './traffic.ts'

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
  for (const [i, tool] of tools.entries()) walls[i]!.push((await once(tool, {})).wall)
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

async function count(tool: Tool): Promise<Omit<Measured, 'wall'>> {
  const { stderr, loopback, tunnels } = await once(tool, tool.telling)
  const through = [...tunnels.values()]
  return {
    name: tool.name,
    traffic: {
      requests: tool.requests(stderr, loopback),
      up: through.reduce((sum, { up }) => sum + up, loopback.up),
      down: through.reduce((sum, { down }) => sum + down, loopback.down),
    },
    hosts: new Map([...[...tunnels].map(([host, { down }]) => [host, down] as const), ['loopback', loopback.down]]),
  }
}

/** One run between servers of its own. */
async function once(tool: Tool, telling: Tool['telling']) {
  const [index, proxy] = await Promise.all([serveCpuIndex(), serveCountingProxy()])
  const cache = mkdtempSync(join(tmpdir(), 'torchpin-bench-'))
  try {
    const started = performance.now()
    const stderr = await finish(tool.command(index, cache), { ...surroundings(proxy.url), ...telling })
    return { stderr, wall: performance.now() - started, loopback: index.traffic(), tunnels: proxy.bytes() }
  } finally {
    rmSync(cache, { recursive: true, force: true })
    await Promise.all([index.close(), proxy.close()])
  }
}

/** The environment, without what would lead to other indexes or past the proxy. */
function surroundings(proxy: string): NodeJS.ProcessEnv {
  const misleading = /^(pip_(find_links|index_url|extra_index_url)|uv_.*|(https?|all|no)_proxy)$/i
  const kept = Object.entries(process.env).filter(([name]) => !misleading.test(name))
  return {
    ...Object.fromEntries(kept),
    PIP_CONFIG_FILE: devNull,
    HTTPS_PROXY: proxy,
    ALL_PROXY: proxy,
    NO_PROXY: '127.0.0.1',
  }
}
