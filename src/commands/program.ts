import { Command } from 'commander'
import { version } from '../version.ts'
import { addCheck } from './check.ts'
import { addCompletion } from './completion.ts'
import { addDocker } from './docker.ts'
import { addExplain } from './explain.ts'
import { addRewrite } from './rewrite.ts'
import { addVersions } from './versions.ts'

/** The command line: every command with its flags, and the settings of the repository behind them. */
export function createProgram(): Command {
  const program = new Command('torchpin')
    .description('Rewrites requirements files for CPU-only PyTorch, in place, and shows what it saves')
    .version(version, '-V, --version')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(torchpin --help lists the commands)')
  for (const add of [addRewrite, addCheck, addVersions, addDocker, addExplain, addCompletion]) add(program)
  return program.hook('preAction', async (_, command) => {
    const { findConfig } = await import('../workspace/config.ts')
    const config = await findConfig(process.cwd())
    if (!config) return
    const { applyConfig } = await import('./config.ts')
    applyConfig(command, config, commandsOf(program))
  })
}

/** All commands, those of groups among them. */
export function commandsOf(command: Command): Command[] {
  return command.commands.flatMap(each => [each, ...commandsOf(each)])
}
