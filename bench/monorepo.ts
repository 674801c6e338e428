/**
 * Rewrites a made-up monorepo with the built command: node scripts/run.js bench/monorepo.ts [--services 1000] [flags of rewrite]
 * How long, how much memory, how often each page is asked for; with 1, 20 and 200 distinct packages in all.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { serveCpuIndex } from './cpu-index.ts'
import { serveWideIndex } from './wide-index.ts'

const { values, positionals } = parseArgs({
  options: { services: { type: 'string', default: '1000' }, packages: { type: 'string', default: '1,20,200' } },
  strict: false,
  allowPositionals: true,
})
const services = Number(values.services)
const folder = mkdtempSync(join(tmpdir(), 'torchpin-bench-'))
const [cpu, wide] = [await serveCpuIndex(), await serveWideIndex()]
const rss = join(folder, 'rss.mjs')
writeFileSync(
  rss,
  "process.on('exit', () => process.stderr.write(`rss ${process.resourceUsage().maxRSS} cpu ${process.cpuUsage().user}\\n`))\n",
)
try {
  for (const packages of String(values.packages).split(',').map(Number)) await measure(packages)
} finally {
  await Promise.all([cpu.close(), wide.close()])
  rmSync(folder, { recursive: true })
}

async function measure(packages: number): Promise<void> {
  const cwd = join(folder, `${packages}`)
  mkdirSync(join(cwd, '.git'), { recursive: true })
  for (let i = 0; i < services; i++) {
    mkdirSync(join(cwd, `services/s${i}`), { recursive: true })
    writeFileSync(join(cwd, `services/s${i}/requirements.txt`), requirementsOf(i, packages))
    writeFileSync(join(cwd, `services/s${i}/Dockerfile`), `FROM python:3.${11 + (i % 2)}-slim\n`)
  }
  for (const cache of ['cold', 'warm']) {
    const asked = wide.pages.size
    const before = [...wide.pages.values()].reduce((sum, count) => sum + count, 0)
    const start = performance.now()
    const stderr = await run(cwd)
    const seconds = (performance.now() - start) / 1000
    const requests = [...wide.pages.values()].reduce((sum, count) => sum + count, 0) - before
    const [, kilobytes, user] = /^rss (\d+) cpu (\d+)$/m.exec(stderr) ?? []
    console.log(
      `${services} services, ${packages} packages, ${cache}: ${seconds.toFixed(1)} s (${(Number(user) / 1e6).toFixed(1)} s of processor), ` +
        `${Math.round(Number(kilobytes) / 1024)} MB, ${requests} pages of ${wide.pages.size - asked} new projects asked for`,
    )
  }
}

/** torch, and up to fifteen of the packages, other ones in each service. */
function requirementsOf(service: number, packages: number): string {
  const others = Math.min(15, packages - 1)
  const names = Array.from({ length: others }, (_, i) => `wide-${(service * 7 + i * 13) % (packages - 1)}`)
  return ['torch>=2.9', ...[...new Set(names)].map((name, i) => `${name}>=1.${(service + i) % 30}`), ''].join('\n')
}

function run(cwd: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      ...[
        ...(process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir', process.env['PROF']] : []),
        '--import',
        rss,
        resolve('bin/torchpin.js'),
        'rewrite',
        '--dry-run',
        '--no-progress',
        '--cpu-index-url',
        cpu.cpu,
      ],
      ...['--index-url', wide.main, '--cache-dir', `${cwd}.cache`, ...positionals, '.'],
    ],
    {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: folder, PIP_CONFIG_FILE: '/dev/null' },
    },
  )
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise((done, fail) =>
    child.on('close', code =>
      code === 0 ? done(stderr) : fail(new Error(`ended with ${code}\n${stderr.slice(-2000)}`)),
    ),
  )
}
