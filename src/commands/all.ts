import type { Command } from 'commander'

/** All commands, those of groups among them. */
export function commandsOf(command: Command): Command[] {
  return command.commands.flatMap(each => [each, ...commandsOf(each)])
}
