import { CommanderError } from 'commander'
import { runCommandLine } from './commands/program.ts'
import { TorchpinError } from './errors.ts'

/** Where the process begins and ends. Each command has a file in `commands/`, and loads what it needs when it runs. */

/** Whoever prints is told (see `print`), and notes that nobody can read stop no work. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

try {
  await runCommandLine()
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version come this way too, with exit code 0; everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
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
    process.exitCode = error instanceof TorchpinError ? error.exitCode : 1
  }
}
