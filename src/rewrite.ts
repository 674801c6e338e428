import { forEachUnit } from './for-each-unit.ts'
import { type Run, withRun } from './open.ts'
import type { Options } from './options.ts'
import { refuseOutside } from './outside.ts'
import { splitCredentials } from './package-index/credentials.ts'
import { clearLeftovers, writeAll } from './requirements/write.ts'
import type { RewriteResult, VerifiedResult } from './result.ts'
import { type RewrittenFile, type RewrittenUnit, rewriteUnit } from './rewrite-unit.ts'
import { commonTarget, totalSavings } from './totals.ts'
import { version } from './version.ts'

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
 * nothing to do with them is resolved on its own (see `unitsOf`).
 *
 * @param paths files, or folders: every requirements file below them; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError when input, index or the requirements themselves make it impossible
 */
export async function rewrite(paths: readonly string[] = [], given: Partial<Options> = {}): Promise<Rewrite> {
  return withRun(paths, given, async run => mergeUnits(run, await forEachUnit(run, rewriteUnit)))
}

/** One result for all units of a run. @internal */
export function mergeUnits({ options, network, parts }: Run, units: readonly RewrittenUnit[]): Rewrite {
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
    read: parts.flat().map(({ absolute, root }) => ({ absolute, named: root })),
    cwd: options.cwd,
    traffic: { ...network.http.counters },
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

/** With which installers, for which targets; each once, however many units it took. */
function distinctProofs(verified: readonly VerifiedResult[]): VerifiedResult[] {
  return [...new Map(verified.map(proof => [Object.values(proof).join(' '), proof])).values()]
}
