import type { Command } from 'commander'
import { type Completed, groupsOf } from '../command-tree.ts'

/** For bash 4.4 and newer. */
export function bash(commands: readonly Completed[], program: Command): string {
  const words = ({ options }: Command) => [...options.flatMap(({ long }) => long ?? []), '--help'].join(' ')
  const valueCases = commands.flatMap(({ path, command }) =>
    command.options
      .filter(({ argChoices }) => argChoices)
      .map(
        ({ long, argChoices }) =>
          `    '${path} ${long}') COMPREPLY=($(compgen -W '${argChoices!.join(' ')}' -- "$word")); return ;;`,
      ),
  )
  return `# Completion of torchpin for bash.
_torchpin() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path=\${COMP_WORDS[1]}
  case $path in ${
    groupsOf(program)
      .map(group => group.name())
      .join('|') || "''"
  }) path="$path \${COMP_WORDS[2]}" ;; esac
  case "$path $before" in
${valueCases.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${program.commands.map(command => command.name()).join(' ')} --help --version' -- "$word"))
    return
  fi
  if [[ $COMP_CWORD -eq 2 ]]; then
    case \${COMP_WORDS[1]} in
${groupsOf(program)
  .map(
    group =>
      `      ${group.name()}) COMPREPLY=($(compgen -W '${group.commands.map(each => each.name()).join(' ')}' -- "$word")); return ;;`,
  )
  .join('\n')}
    esac
  fi
  if [[ $word == -* ]]; then
    case $path in
${commands.map(({ path, command }) => `      '${path}') COMPREPLY=($(compgen -W '${words(command)}' -- "$word")) ;;`).join('\n')}
    esac
    return
  fi
  compopt -o default 2> /dev/null
  COMPREPLY=()
}
complete -F _torchpin torchpin
`
}
