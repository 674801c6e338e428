import { Argument, type Command, type Option } from 'commander'
import { commandsOf } from './program.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** Adds `torchpin completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .summary('print a script that completes commands, flags and their values')
    .description('Prints a script with which a shell completes commands, flags and their values')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  torchpin completion bash > ~/.local/share/bash-completion/completions/torchpin
  torchpin completion zsh > "\${fpath[1]}/_torchpin"
  torchpin completion fish > ~/.config/fish/completions/torchpin.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell))
    })
}

/** A script for a shell, made from the commands and flags there are; it runs nothing of torchpin. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = commandsOf(program)
    .filter(command => command.commands.length === 0)
    .map(command => ({ path: pathOf(command, program), command }))
  return { bash, zsh, fish }[shell](commands, program)
}

interface Completed {
  /** `docker check` */
  readonly path: string
  readonly command: Command
}

function bash(commands: readonly Completed[], program: Command): string {
  const words = ({ options }: Command) => [...flagsOf(options), '--help'].join(' ')
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
  case $path in ${groupsOf(program).join('|') || "''"}) path="$path \${COMP_WORDS[2]}" ;; esac
  case "$path $before" in
${valueCases.join('\n')}
  esac
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${program.commands.map(command => command.name()).join(' ')} --help --version' -- "$word"))
    return
  fi
  if [[ $COMP_CWORD -eq 2 ]]; then
    case \${COMP_WORDS[1]} in
${program.commands
  .filter(({ commands }) => commands.length > 0)
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
  compopt -o default
  COMPREPLY=()
}
complete -F _torchpin torchpin
`
}

function zsh(commands: readonly Completed[], program: Command): string {
  const described = (each: readonly Command[]) =>
    each.map(command => quoted(`${command.name()}:${command.summary() || command.description()}`)).join(' ')
  const groups = program.commands.filter(({ commands }) => commands.length > 0)
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
${groups
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
  const takes = option.required || option.optional
  const values = takes
    ? `:${settingName(option)}:${option.argChoices ? `(${option.argChoices.join(' ')})` : '_files'}`
    : ''
  return quoted(`*${option.long}${takes ? '=' : ''}[${text}]${values}`)
}

function fish(commands: readonly Completed[], program: Command): string {
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
      const takes = option.required || option.optional
      const values = option.argChoices ? ` -x -a ${quoted(option.argChoices.join(' '))}` : takes ? ' -r' : ''
      return `complete -c torchpin -n ${quoted(seen)} -l ${option.name()}${values} -d ${quoted(option.description)}`
    })
  })
  return `# Completion of torchpin for fish.\n${[...top, ...below, ...flags].join('\n')}\n`
}

function pathOf(command: Command, program: Command): string {
  const parent = command.parent
  return parent && parent !== program ? `${pathOf(parent, program)} ${command.name()}` : command.name()
}

const groupsOf = ({ commands }: Command): string[] =>
  commands.filter(({ commands }) => commands.length > 0).map(command => command.name())
const flagsOf = (options: readonly Option[]): string[] => options.flatMap(({ long }) => long ?? [])
const settingName = (option: Option): string => option.name().replace(/^no-/, '')
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
