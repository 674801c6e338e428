import { Argument, type Command } from 'commander'
import { type Completed, commandsOf } from './command-tree.ts'
import { bash } from './completion/bash.ts'
import { fish } from './completion/fish.ts'
import { zsh } from './completion/zsh.ts'
import { print } from './terminal.ts'

const shells = { bash, zsh, fish }

/** Adds `torchpin completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('print a script that completes commands, flags and their values')
    .description('Prints a script with which a shell completes commands, flags and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      `
Examples:
  torchpin completion bash > ~/.local/share/bash-completion/completions/torchpin
  torchpin completion zsh > "\${fpath[1]}/_torchpin"
  torchpin completion fish > ~/.config/fish/completions/torchpin.fish`,
    )
    .action(async (shell: keyof typeof shells) => {
      await print(completionScript(program, shell))
    })
}

/** A script for a shell, made from the commands and flags there are; it runs nothing of torchpin. */
export function completionScript(program: Command, shell: keyof typeof shells): string {
  const commands = commandsOf(program)
    .filter(command => command.commands.length === 0)
    .map((command): Completed => ({ path: pathOf(command, program), command }))
  return shells[shell](commands, program)
}

function pathOf(command: Command, program: Command): string {
  const parent = command.parent
  return parent && parent !== program ? `${pathOf(parent, program)} ${command.name()}` : command.name()
}
