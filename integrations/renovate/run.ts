// Runs the real Renovate on repositories that torchpin rewrites, against loopback servers:
// npm install --ignore-scripts --prefix FOLDER renovate@39.264.1 && node scripts/run.js integrations/renovate/run.ts FOLDER [part of a scenario's name]
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { findRenovate, runScript } from './renovate.ts'
import { scenarios } from './scenarios.ts'
import { setUp } from './stage.ts'

const [folder = process.env['RENOVATE_FOLDER'], part = ''] = process.argv.slice(2)
const renovate = folder === undefined ? undefined : findRenovate(folder)
if (!renovate) {
  console.log(`skipped: there is no Renovate ${folder === undefined ? 'named' : `below ${folder}`}`)
  process.exit(0)
}
console.log(`Renovate ${renovate.version}, Node ${process.versions.node}`)

let failed = 0
const holds = (claim: string, seen: unknown, expected: unknown): void => {
  const same = isDeepStrictEqual(seen, expected)
  console.log(`  ${same ? 'ok ' : 'NOT'} ${claim}`)
  if (same) return
  failed++
  console.log(`      expected ${JSON.stringify(expected)}\n      seen     ${JSON.stringify(seen)}`)
}

const preset = 'renovate/torchpin.json'
console.log(`\n${preset}`)
const { code, output } = await runScript(renovate.validator, ['--strict', preset], {
  env: { PATH: process.env['PATH']!, HOME: '/nonexistent', LOG_LEVEL: 'info' },
  limit: 60_000,
})
holds('renovate-config-validator takes it', code, 0)
if (code !== 0) console.log(output)

for (const { name, files, indexes, play } of scenarios.filter(({ name }) => name.includes(part))) {
  console.log(`\n${name}`)
  const stage = await setUp(renovate, files, indexes, { 'torchpin.json': readFileSync(preset, 'utf8') })
  try {
    await play(stage, holds)
  } finally {
    await stage.close()
  }
}
console.log(failed === 0 ? '\nall as expected' : `\n${failed} not as expected`)
process.exitCode = failed === 0 ? 0 : 1
