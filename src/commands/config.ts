import { resolve } from 'node:path'
import { type Command, InvalidArgumentError, type Option } from 'commander'
import { TorchpinError } from '../contract/errors.ts'
import { isWithin } from '../files/folders.ts'
import { realpath } from '../files/machine/files.ts'
import type { Config } from '../project-files/config.ts'
import { nearName } from '../text/near-name.ts'
import { collect } from './index-flags.ts'
import { settingCalled } from './settings.ts'

/** Characters of a value that an error quotes. */
const LONGEST = 200

/**
 * Applies the settings of the repository to a command, unless a flag or a variable overrides them. A setting has the name of
 * its flag without dashes: `pin = "all"`, `platform = ["linux-x86_64", "macos-arm64"]`, `sizes = false` for --no-sizes.
 *
 * @param all every command: a setting of another command is not a mistake
 * @throws TorchpinError BAD_OPTION, with the place, for a name or a value that no flag takes, and for a setting that a
 * repository may not make (see `settings`). A warning would not do: the author of an ignored `verify` would rely on a proof
 * that nobody made.
 */
export async function applyConfig(command: Command, config: Config, all: readonly Command[]): Promise<void> {
  const everywhere = all.flatMap(({ options }) => options)
  for (const [key, value] of Object.entries(config.settings)) {
    const meant = everywhere.filter(option => settingOf(option) === key)
    if (meant.length === 0) throw unknownSetting(key, config.placeOf(key), settableOptions(all))
    await refuseForRepository(key, value, config)
    // A setting that only another command takes is valid, and means nothing to this one.
    if (meant.every(option => valueFor(option, value).length === 0)) throw wrongValue(meant, key, value, config)
    const option = meant.find(option => command.options.includes(option))
    if (!option) continue
    const name = option.attributeName()
    const source = command.getOptionValueSource(name)
    for (const read of valueFor(option, value))
      if (source === undefined || source === 'default') command.setOptionValueWithSource(name, read, 'config')
  }
}

/** The error of a run, with the place of the setting if a setting, and not a flag, gave the value at fault. */
export function atItsPlace(error: unknown, command: Command, config: Config): unknown {
  if (!(error instanceof TorchpinError) || error.flag === undefined) return error
  const { flag, code, message, hint, cause } = error
  const option = command.options.find(option => settingOf(option) === flag)
  if (!option || command.getOptionValueSource(option.attributeName()) !== 'config') return error
  const where = `${config.placeOf(flag)}: ${assignment(flag, config.settings[flag])}`
  return new TorchpinError(code, `${where}: ${message}`, { ...(hint === undefined ? {} : { hint }), flag, cause })
}

/** The flags of some commands that a repository may set. */
export function settableOptions(commands: readonly Command[]): Option[] {
  return commands
    .flatMap(({ options }) => options)
    .filter(option => settingCalled(settingOf(option)).repository !== 'nothing')
}

/** The name of a flag as a setting: `max-size`, and `sizes` for `--no-sizes`. */
export function settingOf(option: Option): string {
  return option.name().replace(/^no-/, '')
}

/** Whether a flag may be given more than once: then its setting may be a list. */
export function isRepeatable({ parseArg }: Option): boolean {
  return parseArg === collect
}

/** The only values that some flags of one name take; none where one of them takes others. */
export function choicesOf(options: readonly Option[]): readonly string[] {
  if (options.some(({ argChoices }) => !argChoices)) return []
  return [...new Set(options.flatMap(({ argChoices }) => argChoices!))]
}

async function refuseForRepository(key: string, value: unknown, config: Config): Promise<void> {
  const { repository, because } = settingCalled(key)
  const refuse = (what: string) => {
    const message = `${config.placeOf(key)}: ${assignment(key, value)}: ${what}, for ${because}`
    throw new TorchpinError('BAD_OPTION', message, { hint: `take it out, and give --${key} on the command line` })
  }
  if (repository === 'nothing') refuse(`a repository cannot set ${key}`)
  if (typeof value !== 'string') return
  if (repository === 'a web address' && (!/^https?:\/\//i.test(value) || value.includes('${')))
    refuse('a repository can only name an http(s) address without variables here')
  if (repository === 'a folder in it' && !(await liesIn(config.directory, value)))
    refuse('a repository can only name a folder in it here')
}

/** Whether a folder lies in another, links followed. @param path from the current folder, as the flag takes it */
async function liesIn(top: string, path: string): Promise<boolean> {
  const real = (path: string) => realpath(path).catch(() => path)
  return isWithin(await real(resolve(path)), await real(top))
}

/** The value that a flag takes from a setting; none if the flag does not take such a value. */
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

/** The text that a flag parses: a port may be a number. */
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

function wrongValue(options: readonly Option[], key: string, value: unknown, config: Config): TorchpinError {
  const choices = choicesOf(options)
  const [option] = options
  const wanted =
    !option!.required && !option!.optional
      ? 'write true or false'
      : choices.length > 0
        ? `one of ${choices.join(', ')}`
        : `write it in quotes${isRepeatable(option!) ? ', or as a list' : ''}`
  const message = `${config.placeOf(key)}: ${assignment(key, value)} cannot be used`
  return new TorchpinError('BAD_OPTION', message, { hint: wanted })
}

/** A setting as its file has it, cut where it is long. */
function assignment(key: string, value: unknown): string {
  const written = JSON.stringify(value) ?? ''
  return `${key} = ${written.length > LONGEST ? `${written.slice(0, LONGEST)}…` : written}`
}
