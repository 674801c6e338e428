import { type Command, InvalidArgumentError, type Option } from 'commander'
import { TorchpinError } from '../errors.ts'
import { nearName } from '../text/near-name.ts'
import type { Config } from '../workspace/config.ts'
import { collect } from './index-flags.ts'

/**
 * Gives a command what the repository has set, where no flag says otherwise. A setting has the name of its flag without
 * dashes: `pin = "all"`, `platform = ["linux-x86_64", "macos-arm64"]`, `sizes = false` for --no-sizes.
 *
 * @param all every command there is: a setting of another one is none of a mistake
 * @throws TorchpinError BAD_OPTION, with the place, for a name or a value that no flag takes
 */
export function applyConfig(command: Command, { settings, placeOf }: Config, all: readonly Command[]): void {
  const everywhere = settableOptions(all)
  for (const [key, value] of Object.entries(settings)) {
    const meant = everywhere.filter(option => settingOf(option) === key)
    if (meant.length === 0) throw unknownSetting(key, placeOf(key), everywhere)
    // What another command alone takes is right, and nothing to this one.
    if (meant.every(option => valueFor(option, value).length === 0))
      throw wrongValue(meant, value, `${placeOf(key)}: ${key}`)
    const option = meant.find(option => command.options.includes(option))
    if (!option) continue
    const name = option.attributeName()
    const source = command.getOptionValueSource(name)
    for (const read of valueFor(option, value))
      if (source === undefined || source === 'default') command.setOptionValueWithSource(name, read, 'config')
  }
}

/** What is asked of one run, and would surprise in every other. */
const ofOneRun: ReadonlySet<string> = new Set(['diff-only', 'dry-run', 'fix', 'force', 'output'])

/** The flags of some commands that a repository may set. */
export function settableOptions(commands: readonly Command[]): Option[] {
  return commands.flatMap(({ options }) => options).filter(option => !ofOneRun.has(settingOf(option)))
}

/** The name of a flag as a setting: `max-size`, and `sizes` for `--no-sizes`. */
export function settingOf(option: Option): string {
  return option.name().replace(/^no-/, '')
}

/** Whether a flag may be given more than once: then its setting may be a list. */
export function isRepeatable({ parseArg }: Option): boolean {
  return parseArg === collect
}

/** What a flag makes of a setting: one value, or none where it does not take such a one. */
function valueFor(option: Option, value: unknown): readonly unknown[] {
  if (!option.required && !option.optional) return typeof value === 'boolean' ? [value] : []
  if (isRepeatable(option)) {
    const items = Array.isArray(value) ? value : [value]
    return items.length > 0 && items.every(item => typeof item === 'string') ? [items] : []
  }
  const { parseArg, argChoices } = option
  if (parseArg && !argChoices) return parsed(parseArg, value)
  return typeof value === 'string' && (argChoices?.includes(value) ?? true) ? [value] : []
}

/** What a flag reads for itself: a port may be a number. */
function parsed(parseArg: NonNullable<Option['parseArg']>, value: unknown): readonly unknown[] {
  if (typeof value !== 'string' && typeof value !== 'number') return []
  try {
    return [parseArg(`${value}`, undefined)]
  } catch (error) {
    if (error instanceof InvalidArgumentError) return []
    throw error
  }
}

function unknownSetting(key: string, place: string, options: readonly Option[]): TorchpinError {
  const names = [...new Set(options.map(settingOf))].sort()
  const near = nearName(key, names)
  return new TorchpinError('BAD_OPTION', `${place}: there is no setting ${key}`, {
    hint: near ? `did you mean ${near}?` : `one of ${names.join(', ')}`,
  })
}

function wrongValue(options: readonly Option[], value: unknown, what: string): TorchpinError {
  const choices = [...new Set(options.flatMap(({ argChoices }) => argChoices ?? []))]
  const [option] = options
  const wanted =
    !option!.required && !option!.optional
      ? 'write true or false'
      : choices.length > 0
        ? `one of ${choices.join(', ')}`
        : `write it in quotes${isRepeatable(option!) ? ', or as a list' : ''}`
  return new TorchpinError('BAD_OPTION', `${what} cannot be ${JSON.stringify(value)}`, { hint: wanted })
}
