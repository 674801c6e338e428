import type { ShellCommand } from '../shell/script.ts'
import type { Word } from '../shell/words.ts'
import type { InstallCommand } from './install-command.ts'
import { optionsNamed, readOptions, takesValue } from './options.ts'

/**
 * Reads a command as one that installs a tool into an environment of its own: `pipx install`, `pipx run`, `uv tool install`,
 * `uv tool run`, `uvx`, and what `uv run --with` takes along. What runs in it is left out. Undefined: it is something else.
 */
export function readToolCommand(command: ShellCommand): InstallCommand | undefined {
  const [program, first, second] = command.words
  const name = program?.value?.replace(/^.*\//, '')
  if (name === 'pipx' && /^(?:install|run|inject)$/.test(first?.value ?? '')) return ofPipx(command, first!)
  if (name === 'uvx') return ofUv(command, program!, 1)
  if (name !== 'uv') return undefined
  if (first?.value === 'run') return withRun(command, first)
  const isTool = first?.value === 'tool' && /^(?:install|run)$/.test(second?.value ?? '')
  return isTool ? ofUv(command, second!, 3) : undefined
}

const same = { files: [], python: undefined, environment: undefined } as const

function ofPipx(command: ShellCommand, verb: Word): InstallCommand {
  const { options, plain, uncertain } = readOptions(
    untilPlain(command.words.slice(2), verb.value === 'inject' ? 20 : 1),
  )
  const spec = optionsNamed(options, '--spec').flatMap(({ value }) => value ?? [])
  const named = spec.length > 0 ? spec : verb.value === 'inject' ? plain.slice(1) : plain.slice(0, 1)
  return { ...same, tool: 'pip', verb, command, named, options, uncertain }
}

function ofUv(command: ShellCommand, verb: Word, start: number): InstallCommand {
  const { options, plain, uncertain } = readOptions(untilPlain(command.words.slice(start), 1))
  const from = valuesOf(options, '--from')
  const tool = from.length > 0 ? from : plain.slice(0, 1).map(withRelease)
  return {
    ...same,
    tool: 'uv pip',
    verb,
    command,
    named: [...tool, ...valuesOf(options, '--with')],
    options,
    uncertain,
  }
}

function withRun(command: ShellCommand, verb: Word): InstallCommand | undefined {
  const { options, uncertain } = readOptions(untilPlain(command.words.slice(2), 1))
  const named = valuesOf(options, '--with')
  return named.length === 0 ? undefined : { ...same, tool: 'uv', verb, command, named, options, uncertain }
}

function valuesOf(options: InstallCommand['options'], name: string): Word[] {
  return optionsNamed(options, name).flatMap(({ value, text }) =>
    value === undefined || text === undefined ? (value ?? []) : { ...value, value: text, lead: text },
  )
}

/** `ruff@0.14.0` is `ruff==0.14.0`, `ruff@latest` is `ruff`. */
function withRelease(word: Word): Word {
  const [, name, release] = /^([A-Za-z0-9][\w.-]*)@([\w.]+)$/.exec(word.value ?? '') ?? []
  if (name === undefined) return word
  const value = release === 'latest' ? name : `${name}==${release}`
  return { ...word, value, lead: value }
}

/** The options, and the first words that are none: what stands behind is for the program that is run. */
function untilPlain(words: readonly Word[], most: number): Word[] {
  let plain = 0
  for (const [i, { value }] of words.entries()) {
    const before = words[i - 1]?.value
    const isValue = before?.startsWith('-') === true && takesValue(before, 'install')
    if (value?.startsWith('-') || isValue || before === '--spec' || before === '--from') continue
    if (++plain === most) return words.slice(0, i + 1)
  }
  return [...words]
}
