import { resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { type Options, resolveOptions } from '../contract/options.ts'
import type { RewriteResult, TargetResult, VerifiedResult } from '../contract/results/rewrite.ts'
import { totalSavings } from '../contract/results/totals.ts'
import { version } from '../contract/version.ts'
import { clearLeftovers, writeAll } from '../files/write.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import { readArguments } from '../run/by-hand.ts'
import { forEachUnit } from '../run/for-each-unit.ts'
import { type Run, withoutFiles, withRun } from '../run/open.ts'
import { refuseOutside } from '../run/outside.ts'
import type { Project } from '../run/projects.ts'
import { firstNames } from '../text/lists.ts'
import type { LockMaker } from './plan.ts'
import { type RewrittenFile, type RewrittenUnit, rewriteUnit } from './unit.ts'

/** Sources of a Python version that are named one by one. */
const MOST_NAMED = 3

/** What a run worked out. */
export interface Rewrite {
  readonly result: RewriteResult
  /** The files that change. Nothing is written yet: see `save`. */
  readonly rewritten: readonly RewrittenFile[]
  /** Every file of the run, as an absolute path, and whether the user gave it or a folder it is in. */
  readonly read: readonly { readonly absolute: string; readonly named: boolean }[]
  /** Where the run was. */
  readonly cwd: string
  /** Requests to the indexes, redirects and repetitions among them, and bytes of their answers as sent. */
  readonly traffic: { readonly requests: number; readonly bytes: number }
}

/**
 * Works out the CPU-only form of requirements files; writes nothing. Files that are installed together must agree; what has
 * nothing to do with them is resolved on its own.
 *
 * @param paths files, or folders: every requirements file below them; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError when input, index or the requirements themselves make it impossible
 */
export async function rewrite(paths: readonly string[] = [], given: Partial<Options> = {}): Promise<Rewrite> {
  const work = async (run: Run) => mergeUnits(run, await forEachUnit(run, unit => rewriteUnit(unit, makeLock)))
  if (given.stdin) return withRun(paths, given, work)
  const options = resolveOptions(given)
  const { paths: rest, nothingLeft, findings, exported } = await readArguments(paths, options)
  const [first] = findings
  if (first)
    throw new TorchpinError('FILE_UNREADABLE', `${first.path} is not torchpin's to edit; ${first.message}`, {
      ...(first.hint !== undefined && { hint: first.hint }),
    })
  const withExported = async (run: Run) => {
    const { units, paths } = await rewriteExports(exported, run)
    const own = nothingLeft ? [] : await forEachUnit(run, unit => rewriteUnit(unit, makeLock))
    return mergeUnits(run, [...own, ...units], paths)
  }
  const asked = exported.length > 0 ? withExported : work
  return nothingLeft ? withoutFiles(given, asked) : withRun(rest, given, asked)
}

/** Most runs have none, and start faster without what edits them. */
async function rewriteExports(exported: readonly string[], run: Run) {
  if (exported.length === 0) return { units: [], paths: [] }
  const { rewriteExported } = await import('./exported.ts')
  const paths = [...new Set(exported.map(path => resolve(run.options.cwd, path)))]
  if (run.options.verify) run.options.onNotice('--verify does not look at pylock.toml')
  return { units: await Promise.all(paths.map(path => rewriteExported(path, run))), paths }
}

/** Most runs make no lock, and start faster without what does. */
const makeLock: LockMaker = async (...asked) => (await import('./make-lock.ts')).lockedByItsTool(...asked)

/**
 * One result for all units of a run.
 * @param exported absolute paths of the pylock.toml among them
 * @internal
 */
export function mergeUnits(
  { options, network, parts, projects }: Run,
  units: readonly RewrittenUnit[],
  exported: readonly string[] = [],
): Rewrite {
  const { origin } = network.cpu
  const results = units.map(({ result }) => result)
  const verified = distinctProofs(units.flatMap(unit => unit.verified))
  return {
    result: {
      schema: 1,
      version,
      target: commonTarget(results.map(({ target }) => target)),
      index: {
        url: splitCredentials(options.cpuIndexUrl).url,
        origin,
        ...(origin === 'snapshot' ? { snapshotDate: network.snapshotDate() } : {}),
      },
      files: units.flatMap(({ files }) => files),
      savings: totalSavings(results.map(({ savings }) => savings)),
      units: results,
      ...(verified.length > 0 && { verified }),
    },
    rewritten: units.flatMap(({ rewritten }) => rewritten),
    read: [
      ...new Map(parts.flatMap(part => readIn(part, projects.get(part[0]!)))).values(),
      ...exported.map(absolute => ({ absolute, named: true })),
    ],
    cwd: options.cwd,
    traffic: { ...network.http.counters },
  }
}

/** What the pins of all units were chosen for: every Python of any of them, and where they were read. */
export function commonTarget(targets: readonly TargetResult[]): TargetResult {
  const sources = [...new Set(targets.map(({ source }) => source))]
  return {
    python: [...new Set(targets.flatMap(({ python }) => python))],
    platforms: [...new Set(targets.flatMap(({ platforms }) => platforms))],
    source: firstNames(sources, sources.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED),
  }
}

/**
 * Writes what `rewrite` worked out: all files, or none. What runs that were killed left beside the files is cleared away.
 * @throws TorchpinError
 */
export async function save({ rewritten, read, cwd }: Rewrite): Promise<void> {
  const named = read.filter(file => file.named)
  const paths = (files: readonly { readonly absolute: string }[]) => files.map(({ absolute }) => absolute)
  await refuseOutside(paths(rewritten), paths(named), cwd)
  await clearLeftovers(paths(read))
  await writeAll(rewritten)
}

/** The files of a part: what a project is made of is not what it asks for. */
function readIn(part: Run['parts'][number], project: Project | undefined): [string, Rewrite['read'][number]][] {
  const paths = project ? [project.root, ...project.members, ...(project.lock ? [project.lock] : [])] : part
  return paths.map(({ absolute, ...file }) => [absolute, { absolute, named: 'root' in file ? file.root : true }])
}

/** With which installers, for which targets; each once, however many units it took. */
function distinctProofs(verified: readonly VerifiedResult[]): VerifiedResult[] {
  return [...new Map(verified.map(proof => [Object.values(proof).join(' '), proof])).values()]
}
