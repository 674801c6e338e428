import type { Command } from 'commander'
import { type Completed, quoted, takesValue } from '../command-tree.ts'

/** For fish. */
export function fish(commands: readonly Completed[], program: Command): string {
  const top = program.commands.map(
    command =>
      `complete -c torchpin -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.summary() || command.description())}`,
  )
  const below = program.commands.flatMap(group =>
    group.commands.map(
      each =>
        `complete -c torchpin -n '__fish_seen_subcommand_from ${group.name()}; and not __fish_seen_subcommand_from ${group.commands.map(other => other.name()).join(' ')}' -f -a ${each.name()} -d ${quoted(each.summary() || each.description())}`,
    ),
  )
  const flags = commands.flatMap(({ path, command }) => {
    const seen = path
      .split(' ')
      .map(word => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    return command.options.map(option => {
      const values = option.argChoices
        ? ` -x -a ${quoted(option.argChoices.join(' '))}`
        : takesValue(option)
          ? ' -r'
          : ''
      return `complete -c torchpin -n ${quoted(seen)} -l ${option.name()}${values} -d ${quoted(option.description)}`
    })
  })
  return `# Completion of torchpin for fish.\n${[...top, ...below, ...flags].join('\n')}\n`
}
