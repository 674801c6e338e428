import type { Command, Option } from 'commander'

/** All commands, those of groups among them. */
export function commandsOf(command: Command): Command[] {
  return command.commands.flatMap(each => [each, ...commandsOf(each)])
}

/** A command that is no group, and the words that lead to it: `docker check`. */
export interface Completed {
  readonly path: string
  readonly command: Command
}

/** The commands that have commands of their own. */
export function groupsOf({ commands }: Command): readonly Command[] {
  return commands.filter(({ commands }) => commands.length > 0)
}

/** Whether a flag wants a value behind it. */
export function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

/** A text in single quotes of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
