import type { Command, Option } from 'commander'
import { type Completed, groupsOf, quoted, takesValue } from '../command-tree.ts'

/** For zsh, as a function on its `fpath`. */
export function zsh(commands: readonly Completed[], program: Command): string {
  const described = (each: readonly Command[]) =>
    each.map(command => quoted(`${command.name()}:${command.summary() || command.description()}`)).join(' ')
  return `#compdef torchpin
# Completion of torchpin for zsh.
local line path
if (( CURRENT == 2 )); then
  local -a commands=(${described(program.commands)})
  _describe command commands
  return
fi
path=$words[2]
case $path in
${groupsOf(program)
  .map(
    group => `  ${group.name()})
    if (( CURRENT == 3 )); then
      local -a commands=(${described(group.commands)})
      _describe command commands
      return
    fi
    path="$path $words[3]"
    shift words; (( CURRENT-- )) ;;`,
  )
  .join('\n')}
esac
shift words; (( CURRENT-- ))
case $path in
${commands
  .map(({ path, command }) => `  '${path}') _arguments ${command.options.map(zshOption).join(' ')} '*:file:_files' ;;`)
  .join('\n')}
esac
`
}

function zshOption(option: Option): string {
  const text = option.description.replace(/[[\]:\\]/g, '\\$&')
  const values = takesValue(option)
    ? `:${option.name()}:${option.argChoices ? `(${option.argChoices.join(' ')})` : '_files'}`
    : ''
  return quoted(`*${option.long}${takesValue(option) ? '=' : ''}[${text}]${values}`)
}
