import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { torchFamily } from '../../src/torch/family.ts'
import type { ProjectIndexes } from '../../test/loopback/uv-projects.ts'
import { holds } from '../claims.ts'
import { differenceOf, releasesIn } from './lock.ts'
import { dryRun, exported, type Installed, type Place, places } from './platforms.ts'
import { checkWithPoetry, installedByPoetry, installWithPoetry, lockedByPoetry, lockWithPoetry } from './poetry.ts'
import { type Expectation, filesBelow, type Row } from './rows.ts'
import { held, lockOf, ofScript, type Run } from './uv.ts'

/** A project as it is after the rewrite, and what asks uv about it. */
export interface Rewritten {
  readonly row: Row
  readonly folder: string
  readonly run: Run
  readonly indexes: ProjectIndexes
}

const isCuda = (name: string) => /^(?:nvidia-(?!ml-py)|cuda-|cupy|triton$|pytorch-triton)|-gpu\b/.test(name)
const cudaOf = (installed: Installed) =>
  Object.entries(installed).flatMap(([name, version]) =>
    isCuda(name) || /\+cu\d/.test(version) ? `${name} ${version}` : [],
  )
const familyOf = (installed: Installed) =>
  Object.fromEntries(Object.entries(installed).filter(([name]) => torchFamily.has(name)))

/** What a place has of the family: `+cpu`, which builds for macOS do not say. */
const expectedAt = ({ releases = {} }: Expectation, { name }: Place) =>
  Object.fromEntries(
    Object.entries(releases).map(([project, release]) => [
      project,
      name.startsWith('macos') ? release : `${release}+cpu`,
    ]),
  )
const everything = ['--all-extras', '--all-groups', '--all-packages']
const said = ({ code, stderr }: { readonly code: number; readonly stderr: string }) =>
  code === 0 ? 'yes' : stderr.trim().split('\n').slice(0, 6).join(' | ')

/** Claims what the issue asks of each row: the lock is up to date, installs, has no CUDA, and floats nowhere. */
export async function prove(rewritten: Rewritten): Promise<void> {
  const { row, folder, run } = rewritten
  const { expected } = row
  if (expected.script) return proveScript(rewritten)
  if (expected.tool === 'poetry') return provePoetry(rewritten)
  const lock = readFileSync(join(folder, 'uv.lock'), 'utf8')
  holds('uv finds the lock up to date', said(await run('uv', ['lock', '--check'], folder)), 'yes')
  if (!expected.holdsBoth && !expected.keepsCuda) {
    const releases = Object.fromEntries(Object.entries(expected.releases ?? {}).map(([name, one]) => [name, [one]]))
    holds('one release of each is in the lock', releasesIn(lock), releases)
    await proveEverywhere(rewritten, ['--frozen', ...everything])
    await proveFloating(rewritten, lock)
  }
  if (!expected.noLockBefore) proveDifference(rewritten, lock)
  await proveSync(rewritten)
}

async function proveEverywhere({ row, folder, run }: Rewritten, words: readonly string[]): Promise<void> {
  const read = await exported(run, folder, words)
  for (const place of places) {
    const installed = await dryRun(run, folder, place, words)
    holds(
      `${place.name}: CPU builds alone`,
      [familyOf(installed), cudaOf(installed)],
      [expectedAt(row.expected, place), []],
    )
    holds(`${place.name}: the markers of an export say so too`, read[place.name], installed)
  }
}

/**
 * Shows that uv runs a build backend of the repository where metadata is dynamic, whatever it is forbidden to build: the
 * reason for which torchpin does not run it then.
 */
export async function proveThatLockingRunsCode({ folder, run }: Rewritten): Promise<void> {
  await run('uv', ['lock', '--no-build'], folder)
  holds(
    '`uv lock --no-build` would run the backend',
    filesBelow(folder).filter(path => /(?:^|\/)built$/.test(path)).length,
    1,
  )
}

/** A later lock without words stays where it is. */
async function proveFloating({ row, folder, run }: Rewritten, lock: string): Promise<void> {
  await run('uv', ['lock', ...ofScript(row.expected)], folder)
  holds('a later `uv lock` changes nothing', readFileSync(join(folder, lockOf(row.expected)), 'utf8') === lock, true)
}

function proveDifference({ row, indexes }: Rewritten, lock: string): void {
  const { leaves = [], comes = [], mayChange = [] } = row.expected
  const before = readFileSync(join(row.folder, 'before', lockOf(row.expected)), 'utf8')
  const difference = differenceOf(before, indexes.recorded(lock))
  holds('nothing else in the lock changes', difference, {
    leaves,
    comes,
    changed: difference.changed.filter(name => torchFamily.has(name) || mayChange.includes(name)),
  })
}

/** Installs for real, on this machine. */
async function proveSync({ row, folder, run }: Rewritten): Promise<void> {
  holds('uv installs it', said(await run('uv', ['sync', '--locked'], folder)), 'yes')
  if (row.expected.holdsBoth || row.expected.keepsCuda) return
  const { stdout } = await run('uv', ['pip', 'list', '--format', 'json'], folder)
  const installed: Installed = Object.fromEntries(
    (JSON.parse(stdout) as { name: string; version: string }[]).map(({ name, version }) => [name, version]),
  )
  const foreign = Object.entries(familyOf(installed)).filter(([, version]) => !version.endsWith('+cpu'))
  holds('what is installed is for CPU', [cudaOf(installed), foreign], [[], []])
}

async function proveScript(rewritten: Rewritten): Promise<void> {
  const { row, folder, run } = rewritten
  const { expected } = row
  const script = ofScript(expected)
  if (expected.locked) {
    const lock = readFileSync(join(folder, lockOf(expected)), 'utf8')
    holds('uv finds the lock up to date', said(await run('uv', ['lock', '--check', ...script], folder)), 'yes')
    await proveFloating(rewritten, lock)
    proveDifference(rewritten, lock)
  }
  for (const place of places) {
    const installed = await dryRun(run, folder, place, script)
    holds(
      `${place.name}: CPU builds alone`,
      [familyOf(installed), cudaOf(installed)],
      [expectedAt(expected, place), []],
    )
  }
  const { stdout } = await run('uv', ['run', expected.script!], folder)
  holds('`uv run` runs it with the CPU build', stdout.trim(), `${expected.releases!['torch']}+cpu`)
}

async function provePoetry(rewritten: Rewritten): Promise<void> {
  const { row, folder, run } = rewritten
  const file = join(folder, 'poetry.lock')
  const lock = readFileSync(file, 'utf8')
  holds('Poetry finds the lock up to date', said(await checkWithPoetry(run, folder)), 'yes')
  const releases = Object.fromEntries(Object.entries(row.expected.releases ?? {}).map(([name, one]) => [name, [one]]))
  holds('one release of each is in the lock', releasesIn(lock), releases)
  const locked = await lockedByPoetry(run, folder)
  for (const place of places) {
    const installed = locked[place.name]!
    holds(
      `${place.name}: CPU builds alone`,
      [familyOf(installed), cudaOf(installed)],
      [expectedAt(row.expected, place), []],
    )
  }
  await lockWithPoetry(run, folder)
  holds('a later `poetry lock` changes nothing', readFileSync(file, 'utf8') === lock, true)
  proveDifference(rewritten, lock)
  holds('Poetry installs it', said(await installWithPoetry(run, folder)), 'yes')
  const installed = await installedByPoetry(run, folder)
  const foreign = Object.entries(familyOf(installed)).filter(([, version]) => !version.endsWith('+cpu'))
  holds('what is installed is for CPU', [cudaOf(installed), foreign], [[], []])
}

/** Locks by hand what torchpin is to lock. */
export async function lockByHand({ row, folder, run }: Rewritten): Promise<void> {
  const { expected } = row
  if (expected.script && !expected.locked) return
  const ran =
    expected.tool === 'poetry'
      ? await lockWithPoetry(run, folder, { ...expected.releases, ...expected.holds })
      : await run('uv', ['lock', ...ofScript(expected), ...held(expected)], folder)
  holds('it is locked', said(ran), 'yes')
}
