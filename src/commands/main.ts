import { CommanderError } from 'commander'
import { TorchpinError } from '../errors.ts'
import { wantsColor } from '../report/colors.ts'
import { describeError } from '../report/error.ts'
import { createProgram } from './program.ts'

/** Runs the command that the arguments of the process name, and tells what went wrong. Sets the exit code. */
export async function main(): Promise<void> {
  // A reader that goes away (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  try {
    await createProgram().parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come this way too, with exit code 0; everything else is bad usage.
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    process.stderr.write(
      describeError(error, {
        color: wantsColor(process.stderr, process.env),
        verbose: process.argv.includes('--verbose') || process.argv.includes('-v'),
      }),
    )
    process.exitCode = error instanceof TorchpinError ? error.exitCode : 1
  }
}
