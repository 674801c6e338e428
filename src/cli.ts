import { CommanderError } from 'commander'
import { runCommandLine } from './commands/program.ts'
import { exitCodeOf } from './errors.ts'

/** Where the process begins and ends. Each command has a file in `commands/`, and loads what it needs when it runs. */

/** Whoever prints is told (see `print`), and notes that nobody can read stop no work. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

// What a callback throws comes here. Nothing goes on behind it: what it left undone would keep the process waiting.
process.on('uncaughtException', async error => {
  await fail(error)
  process.exit()
})

try {
  await runCommandLine()
} catch (error) {
  // Help and version come this way too, with exit code 0; everything else of commander is bad usage.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else await fail(error)
}

/** Says what ended the run, and sets its exit code. */
async function fail(error: unknown): Promise<void> {
  process.exitCode = exitCodeOf(error)
  const { describeError } = await import('./report/error.ts')
  const { styleFor } = await import('./report/style.ts')
  const { parseArgs } = await import('node:util')
  // The flags of whatever command it was, as far as they were read before it failed.
  const { color, verbose } = parseArgs({
    options: { color: { type: 'string' }, verbose: { type: 'boolean', short: 'v' } },
    strict: false,
  }).values
  const style = styleFor(process.stderr, process, color)
  process.stderr.write(describeError(error, { ...style, verbose: verbose === true }))
}
