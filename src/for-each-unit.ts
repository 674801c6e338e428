import { TorchpinError } from './errors.ts'
import { openUnit, type Run, type Unit } from './open.ts'

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
  let [done, stopped] = [0, false]
  const worker = async () => {
    for (const [i, files] of waiting) {
      if (stopped) return
      try {
        results[i] = await work(await openUnit(files, run))
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

function failureOf({ parts }: Run, failures: ReadonlyMap<number, TorchpinError>): TorchpinError {
  const told = [...failures].sort(([a], [b]) => a - b)
  if (parts.length === 1) return told[0]![1]
  const messages = told.map(([i, { message, hint }]) =>
    [`${parts[i]![0]!.path}: ${message}`, ...(hint ? [`  to mend it: ${hint}`] : [])].join('\n'),
  )
  const head = `${failures.size} of ${parts.length} sets of files have no solution, and nothing is written`
  return new TorchpinError('NO_SOLUTION', [head, ...messages].join('\n'), {
    hint: 'mend these, or leave them out with --exclude',
  })
}
