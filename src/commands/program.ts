import { Command } from 'commander'
import { version } from '../contract/version.ts'
import { nearName } from '../text/near-name.ts'
import { printable } from '../text/terminal.ts'
import { addAudit } from './audit.ts'
import { addCheck } from './check.ts'
import { commandsOf } from './command-tree.ts'
import { addCompletion } from './completion.ts'
import { addExplain } from './explain.ts'
import { addCi, addDocker } from './groups.ts'
import { addRewrite } from './rewrite.ts'
import { addVersions } from './versions.ts'

/**
 * Runs the command line of this process, with the settings of the repository behind its flags.
 * @throws CommanderError for help and bad usage; else what a command throws, at the place of the setting that is at fault
 */
export async function runCommandLine(): Promise<void> {
  let placed = (error: unknown) => error
  const program = createProgram().hook('preAction', async (top, command) => {
    const { findConfig } = await import('../project-files/config.ts')
    const config = await findConfig(process.cwd())
    if (!config) return
    const { applyConfig, atItsPlace } = await import('./config.ts')
    placed = error => atItsPlace(error, command, config)
    await applyConfig(command, config, commandsOf(top))
  })
  await program.parseAsync().catch(error => {
    throw placed(error)
  })
}

/** The command line: every command with its flags. */
export function createProgram(): Command {
  const program = new Command('torchpin')
    .description('Rewrites requirements files and uv projects for CPU-only PyTorch, in place, and shows what it saves')
    .version(version, '-V, --version')
    .configureHelp({
      styleTitle: title => `\u001b[1m${title}\u001b[22m`,
      styleCommandText: name => `\u001b[36m${name}\u001b[39m`,
      styleOptionTerm: term => `\u001b[36m${term}\u001b[39m`,
      styleSubcommandTerm: term => `\u001b[36m${term}\u001b[39m`,
    })
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/\(Did you mean ([^()]*)\?\)/, 'hint: did you mean $1?')),
    })
    .showHelpAfterError('torchpin --help lists the commands')
    .addHelpText(
      'after',
      `
Examples:
  torchpin rewrite requirements.txt             pin it to CPU builds, in place, and see what that saves
  torchpin rewrite --dry-run .                  what would change in every requirements file below
  torchpin check --max-download 800MB .         the same as a gate in CI
  docker save app | torchpin audit -            is there CUDA in what ships
  torchpin versions --python 3.13               which releases have CPU wheels

torchpin COMMAND --help has the flags and more examples.`,
    )
    .on('command:*', ([name = '']: string[]) => program.error(unknownCommand(name, program)))
  for (const add of [addRewrite, addCheck, addAudit, addVersions, addDocker, addCi, addExplain, addCompletion])
    add(program)
  return program
}

/** Without a command, the user most likely wants to rewrite a file. */
function unknownCommand(name: string, program: Command): string {
  const near = nearName(
    name,
    program.commands.map(command => command.name()),
  )
  const path = /[./\\]|requirements/.test(name)
  const hint = near
    ? `did you mean ${near}?`
    : path
      ? `to rewrite a file or a folder: torchpin rewrite ${name}`
      : undefined
  return `error: there is no command ${printable(name)}${hint ? `\nhint: ${printable(hint)}` : ''}`
}
