/**
 * Rewrites a made-up monorepo with the built command: node scripts/run.js bench/monorepo.ts [--services 1000] [flags of rewrite]
 * How long, how much memory, how often each page is asked for; with 1, 20 and 200 distinct packages in all.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { timed } from './contest.ts'
import { serveCpuIndex } from './cpu-index.ts'
import { surroundings } from './nothing-cached.ts'
import { serveWideIndex } from './wide-index.ts'

const { values, positionals } = parseArgs({
  options: { services: { type: 'string', default: '1000' }, packages: { type: 'string', default: '1,20,200' } },
  strict: false,
  allowPositionals: true,
})
const services = Number(values.services)
const folder = mkdtempSync(join(tmpdir(), 'torchpin-bench-'))
const [cpu, wide] = [await serveCpuIndex(), await serveWideIndex()]
try {
  for (const packages of String(values.packages).split(',').map(Number)) await measure(packages)
} finally {
  await Promise.all([cpu.close(), wide.close()])
  rmSync(folder, { recursive: true })
}

async function measure(packages: number): Promise<void> {
  const repository = join(folder, `${packages}`)
  mkdirSync(join(repository, '.git'), { recursive: true })
  for (let i = 0; i < services; i++) {
    mkdirSync(join(repository, `services/s${i}`), { recursive: true })
    writeFileSync(join(repository, `services/s${i}/requirements.txt`), requirementsOf(i, packages))
    writeFileSync(join(repository, `services/s${i}/Dockerfile`), `FROM python:3.${11 + (i % 2)}-slim\n`)
  }
  const asked = () => [...wide.pages.values()].reduce((sum, count) => sum + count, 0)
  for (const cache of ['cold', 'warm']) {
    const before = asked()
    const { wall, processor, peak } = await timed(rewriting(repository), { ...surroundings(), HOME: folder })
    const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
    console.log(
      `${services} services, ${packages} packages, ${cache}: ${seconds(wall)} (${seconds(processor)} of processor), ` +
        `${Math.round(peak / 1e6)} MB, ${asked() - before} requests for pages`,
    )
  }
}

/** torch, and up to fifteen of the packages, other ones in each service. */
function requirementsOf(service: number, packages: number): string {
  const others = Math.min(15, packages - 1)
  const names = Array.from({ length: others }, (_, i) => `wide-${(service * 7 + i * 13) % (packages - 1)}`)
  return ['torch>=2.9', ...[...new Set(names)].map((name, i) => `${name}>=1.${(service + i) % 30}`), ''].join('\n')
}

function rewriting(repository: string): string[] {
  const profile = process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir', process.env['PROF']] : []
  const indexes = ['--cpu-index-url', cpu.cpu, '--index-url', wide.main, '--cache-dir', `${repository}.cache`]
  const flags = ['--dry-run', '--no-progress', ...indexes, ...positionals]
  return [process.execPath, ...profile, 'bin/torchpin.js', 'rewrite', ...flags, repository]
}
