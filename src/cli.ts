import { Command, CommanderError } from 'commander'
import { addAudit } from './commands/audit.ts'
import { addCheck } from './commands/check.ts'
import { addExplain } from './commands/explain.ts'
import { addRewrite } from './commands/rewrite.ts'
import { addVersions } from './commands/versions.ts'
import { TorchpinError } from './errors.ts'
import { version } from './version.ts'

/** Where the process begins and ends. Each command has a file in `commands/`, and loads what it needs when it runs. */

const program = new Command('torchpin')
  .description('Rewrites requirements files for CPU-only PyTorch, in place, and shows what it saves')
  .version(version, '-V, --version')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .showHelpAfterError('(torchpin --help lists the commands)')

for (const add of [addRewrite, addCheck, addAudit, addVersions, addExplain]) add(program)

/** A reader that goes away (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version come this way too, with exit code 0; everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    const { describeError } = await import('./report/error.ts')
    const { wantsColor } = await import('./report/colors.ts')
    process.stderr.write(
      describeError(error, {
        color: wantsColor(process.stderr, process.env),
        verbose: process.argv.includes('--verbose') || process.argv.includes('-v'),
      }),
    )
    process.exitCode = error instanceof TorchpinError ? error.exitCode : 1
  }
}
