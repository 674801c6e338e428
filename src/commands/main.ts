import { CommanderError } from 'commander'
import { DamagedRecord, exitCodeOf } from '../contract/errors.ts'
import { note, unrepeatable } from '../files/machine/run-notes.ts'
import { runCommandLine } from './program.ts'

/** Runs the command line of this process; an error is printed on standard error, and sets the exit code. */
export async function main(): Promise<void> {
  try {
    await runCommandLine().catch(error => {
      if (!(error instanceof DamagedRecord)) throw error
      // Nothing is printed or written before all that decides is read. What is damaged counts no more, so once is enough.
      unrepeatable('the cache was damaged')
      return runCommandLine()
    })
    note({ note: 'end', exitCode: Number(process.exitCode ?? 0) })
  } catch (error) {
    // Help and version come this way too, with exit code 0; everything else of commander is bad usage.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
    else await fail(error)
  }
}

/** Says what ended the run, waits until that is out, and sets the exit code. */
export async function fail(error: unknown): Promise<void> {
  process.exitCode = exitCodeOf(error)
  const { describeError } = await import('../report/error.ts')
  const { styleFor } = await import('../report/style.ts')
  const { parseArgs } = await import('node:util')
  // Reads these flags itself: the command may have failed before it read them.
  const { color, verbose } = parseArgs({
    options: { color: { type: 'string' }, verbose: { type: 'boolean', short: 'v' } },
    strict: false,
  }).values
  const style = styleFor(process.stderr, process, color)
  const words = describeError(error, { ...style, verbose: verbose === true })
  await new Promise(done => process.stderr.write(words, done))
}
