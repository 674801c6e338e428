// Rewrites each project of fixtures/uv-projects with the built torchpin, and asks the real uv and Poetry about the result,
// against indexes of this machine: node scripts/run.js integrations/uv-projects/run.ts [--by-hand] [names]
// By hand, `after` takes the place of what torchpin writes: so the fixtures prove themselves.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serveProjectIndexes } from '../../test/loopback/uv-projects.ts'
import { conclude, holds } from '../claims.ts'
import { rehash } from './poetry.ts'
import { lockByHand, prove, proveThatLockingRunsCode, type Rewritten } from './prove.ts'
import { realProjects, tryRealProjects } from './real.ts'
import { copyProject, filesBelow, type Row, readRows } from './rows.ts'
import { type Run, runner } from './uv.ts'

const byHand = process.argv.includes('--by-hand')
const names = process.argv.slice(2).filter(word => !word.startsWith('--'))
const real = realProjects().filter(name => names.length === 0 || names.includes(name))
const chosen = names.filter(name => !real.includes(name))
const hasPoetry = spawnSync(process.env['POETRY'] ?? 'poetry', ['--version']).status === 0
const rows = names.length > 0 && chosen.length === 0 ? [] : readRows(chosen)
if (spawnSync('uv', ['--version']).status !== 0) {
  console.log('skipped: there is no uv')
  process.exit(0)
}
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-uv-projects-')))
const indexes = await serveProjectIndexes()
const bin = resolve('bin/torchpin.js')

/** A file without what Poetry hashes, the hosts of this run among it. */
const textOf = (path: string) => readFileSync(path, 'utf8').replace(/^content-hash = .*\n/m, '')
type Texts = Readonly<Record<string, string>>
const textsOf = (folder: string, read: (text: string) => string): Texts =>
  Object.fromEntries(filesBelow(folder).map(path => [path, read(textOf(join(folder, path)))]))
const changedPaths = (before: Texts, after: Texts) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(path => before[path] !== after[path]).sort()

/** Where one text stops being the other: the line of each. */
function firstDifference(seen = '', wanted = '') {
  const [lines, expected] = [seen.split('\n'), wanted.split('\n')]
  const at =
    lines.length < expected.length
      ? expected.findIndex((line, i) => line !== lines[i])
      : lines.findIndex((line, i) => line !== expected[i])
  return at < 0 ? undefined : { line: at + 1, seen: lines[at], wanted: expected[at] }
}

/** Runs torchpin as a user would who has these indexes. */
async function rewrite({ expected }: Row, folder: string, run: Run) {
  const indexFlags = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
  const words = [
    'rewrite',
    ...indexFlags,
    // Poetry cannot be kept from building.
    ...(expected.tool === 'poetry' ? ['--allow-builds'] : []),
    '--format',
    'json',
    expected.script ?? (expected.named ? 'pyproject.toml' : '.'),
  ]
  const { code, stdout, stderr } = await run(process.execPath, [bin, ...words], folder)
  const diagnostics = code === 0 ? diagnosticsOf(stdout) : [stderr.trim()]
  return { code, diagnostics }
}

function diagnosticsOf(json: string): string[] {
  const { files } = JSON.parse(json) as { files: { diagnostics: { code: string; message: string }[] }[] }
  return files.flatMap(({ diagnostics }) => diagnostics.map(({ code, message }) => `${code}: ${message}`))
}

/** Writes by hand what torchpin is to write, and lets uv lock as torchpin is to let it. */
async function rewriteByHand(rewritten: Rewritten) {
  const { row, folder } = rewritten
  copyProject(join(row.folder, 'after'), folder, indexes.placed, path => !path.endsWith('.lock'))
  if (row.expected.changes.some(path => path.endsWith('.lock'))) await lockByHand(rewritten)
  return { code: row.expected.exitCode, diagnostics: [] }
}

/** Leaves a folder as the row is to be after the rewrite. */
async function carryOut(rewritten: Rewritten): Promise<void> {
  const { row, folder, run } = rewritten
  const { expected } = row
  const carry = () => (byHand ? rewriteByHand(rewritten) : rewrite(row, folder, run))
  const before = textsOf(folder, indexes.recorded)
  const { code, diagnostics } = await carry()
  for (const line of diagnostics) console.log(`      ${indexes.recorded(line)}`)
  const after = textsOf(folder, indexes.recorded)
  holds('ends as expected', code, expected.exitCode)
  holds('changes these files', changedPaths(before, after), [...expected.changes].sort())
  const wanted = textsOf(join(row.folder, 'after'), text => text)
  for (const path of Object.keys(wanted))
    holds(`${path} is what it should be`, firstDifference(after[path], wanted[path]), undefined)
  const again = await carry()
  const later = textsOf(folder, indexes.recorded)
  holds('the second run changes nothing', [again.code, changedPaths(after, later)], [expected.exitCode, []])
}

async function tryRow(row: Row): Promise<void> {
  console.log(`\n${row.name}: ${row.expected.why}`)
  const folder = join(temporary, row.name, 'project')
  copyProject(join(row.folder, 'before'), folder, indexes.placed)
  const run = runner(indexes, join(temporary, 'home'), row.expected.environment)
  if (row.expected.tool === 'poetry') await rehash(run, folder)
  const rewritten: Rewritten = { row, folder, run, indexes }
  await carryOut(rewritten)
  const { exitCode, unlocked, lockingRunsCode } = row.expected
  if (lockingRunsCode) await proveThatLockingRunsCode(rewritten)
  // torchpin makes no lock where there was none.
  if (exitCode === 0 && row.expected.noLockBefore) await lockByHand(rewritten)
  if (exitCode === 0 && !unlocked) await prove(rewritten)
}

try {
  for (const row of rows) {
    if (row.expected.tool === 'poetry' && !hasPoetry) {
      console.log(`\n${row.name}\n  skipped: there is no Poetry`)
      continue
    }
    try {
      await tryRow(row)
    } catch (error) {
      holds('runs to its end', (error as Error).message, undefined)
    }
  }
  await tryRealProjects(real)
} finally {
  await indexes.close()
  rmSync(temporary, { recursive: true, force: true })
}
conclude()
