// Runs the real Renovate on repositories that torchpin rewrites, against loopback servers:
// npm install --ignore-scripts --prefix FOLDER renovate@44 && node scripts/run.js integrations/renovate/run.ts FOLDER [part of a scenario's name]
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { conclude, holds } from '../claims.ts'
import { readRows } from '../uv-projects/rows.ts'
import { elsewhere } from './extracted.ts'
import { findRenovate, validate } from './renovate.ts'
import { scenarios } from './scenarios.ts'
import { setUp } from './stage.ts'

const [folder = process.env['RENOVATE_FOLDER'], part = ''] = process.argv.slice(2)
const renovate = folder === undefined ? undefined : findRenovate(folder)
if (!renovate) {
  console.log(`skipped: there is no Renovate ${folder === undefined ? 'named' : `below ${folder}`}`)
  process.exit(0)
}
console.log(`Renovate ${renovate.version}, Node ${process.versions.node}`)

const preset = 'renovate/torchpin.json'
console.log('\nconfiguration that is shipped and documented')
for (const [name, text] of configurations()) {
  const { code, output } = await validate(renovate, name, text)
  holds(`renovate-config-validator takes ${name}`, code, 0)
  if (code !== 0) console.log(output)
}

console.log('\nuv projects as torchpin leaves them')
const rows = readRows([]).filter(({ expected }) => expected.tool === undefined && expected.exitCode === 0)
holds(
  `Renovate reads the CPU index as where the torch projects of ${rows.length} come from`,
  (await Promise.all(rows.map(row => elsewhere(renovate, row)))).flat(),
  // Renovate reads each file alone, and the index is in that of the workspace.
  ['W-member-cuda/packages/one/pyproject.toml: torch from where Renovate looks by default'],
)

for (const { name, files, indexes, play } of scenarios.filter(({ name }) => name.includes(part))) {
  console.log(`\n${name}`)
  const stage = await setUp(renovate, files, indexes, { 'torchpin.json': readFileSync(preset, 'utf8') })
  try {
    await play(stage, holds)
  } finally {
    await stage.close()
  }
}
conclude()

/** The preset, and each block of the page that is configuration: of a repository in JSON, of Renovate itself in JavaScript. */
function configurations(): (readonly [name: string, text: string])[] {
  const page = readFileSync('docs/renovate.md', 'utf8')
  const blocks = [...page.matchAll(/^```(json|js)\n(.*?)^```/gms)]
  return [
    [basename(preset), readFileSync(preset, 'utf8')],
    ...blocks.map(([, language, text], i) => [`block-${i + 1}.${language}`, text!] as const),
  ]
}
