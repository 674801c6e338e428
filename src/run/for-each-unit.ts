import { setImmediate } from 'node:timers/promises'
import { TorchpinError } from '../contract/errors.ts'
import type { Platform } from '../packaging/target.ts'
import { openUnit, type Run, type Unit } from './open.ts'
import { sharedAnswers } from './shared-answers.ts'
import type { Answers } from './solve/answers.ts'
import { NoSolutionOn } from './solve/no-solution.ts'

/** Units worked on side by side: while one waits for an index another one is resolved. */
const SIDE_BY_SIDE = 8

/**
 * Does a piece of work on each unit of a run. A unit is opened when its turn comes and let go of after it.
 * @returns the results in the order of the units
 * @throws TorchpinError what the work throws; NO_SOLUTION only after all units were tried, and it tells of each that failed
 */
export async function forEachUnit<Result>(run: Run, work: (unit: Unit) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  const failures = new Map<number, TorchpinError>()
  const waiting = run.parts.entries()
  const answersOf = sharedAnswers(run.parts)
  let [done, stopped] = [0, false]
  const worker = async () => {
    for (const [i, files] of waiting) {
      // Units that have all they need at hand would let nobody else have a turn, not even an interruption.
      await setImmediate()
      if (stopped) return
      try {
        results[i] = await onItsPlatforms({ files, answers: answersOf(files) }, run, work)
      } catch (error) {
        stopped = !(error instanceof TorchpinError) || error.code !== 'NO_SOLUTION'
        if (stopped) throw error
        failures.set(i, error as TorchpinError)
      }
      const total = run.parts.length
      if (total > 1) run.options.onProgress({ phase: 'rewriting', done: ++done, total, name: files[0]!.path })
    }
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, run.parts.length) }, worker))
  if (failures.size > 0) throw failureOf(run, failures)
  return results
}

/**
 * Works on a unit for the platforms that its files name. One of these for which they have no solution does not count: nobody
 * has asked for it.
 */
async function onItsPlatforms<Result>(
  { files, answers }: { readonly files: Run['parts'][number]; readonly answers: Answers | undefined },
  run: Run,
  work: (unit: Unit) => Promise<Result>,
): Promise<Result> {
  const without = new Set<Platform>()
  for (;;) {
    const unit = await openUnit(files, run, without, answers)
    try {
      const result = await work(unit)
      for (const { platform, where } of unit.named)
        run.options.onNotice(
          `${where} names ${systemOf(platform)}: taking the files to be for ${platform} too (choose with --platform)`,
        )
      return result
    } catch (error) {
      const failed = error instanceof NoSolutionOn ? error.target.platform : undefined
      const named = unit.named.find(({ platform }) => platform === failed)
      if (!named) throw error
      run.options.onNotice(
        `${named.where} names ${systemOf(named.platform)}, but no set of versions satisfies the files there: leaving ${named.platform} out`,
      )
      without.add(named.platform)
    }
  }
}

const systems: Readonly<Record<Platform, string>> = {
  'linux-x86_64': 'Linux',
  'linux-aarch64': 'Linux on ARM',
  'macos-arm64': 'macOS',
  'windows-x86_64': 'Windows',
}

const systemOf = (platform: Platform): string => systems[platform]

function failureOf({ parts }: Run, failures: ReadonlyMap<number, TorchpinError>): TorchpinError {
  const inOrder = [...failures].sort(([a], [b]) => a - b)
  if (parts.length === 1) return inOrder[0]![1]
  const messages = inOrder.map(([i, { message, hint }]) =>
    [`${parts[i]![0]!.path}: ${message}`, ...(hint ? [`  to mend it: ${hint}`] : [])].join('\n'),
  )
  const head = `${failures.size} of ${parts.length} sets of files have no solution, and nothing is written`
  return new TorchpinError('NO_SOLUTION', [head, ...messages].join('\n'), {
    hint: 'mend these, or leave them out with --exclude',
  })
}
