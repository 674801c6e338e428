import { posix } from 'node:path'
import type { ShellCommand } from '../shell/script.ts'
import { type CommandOption, optionsNamed, readOptions } from './options.ts'

/** A list of what a project needs, which a command writes: `uv export`, `poetry export`, `uv pip compile pyproject.toml`. */
export interface WrittenList {
  readonly tool: 'uv' | 'poetry' | 'compile'
  readonly options: readonly CommandOption[]
  /** Where it is written to, besides the standard output; undefined among them: not known. */
  readonly files: readonly (string | undefined)[]
  /** It names where each package comes from; else whoever reads it asks its own indexes. */
  readonly indexed: boolean
}

/** Reads a command as one that writes a list of a project; undefined: it is something else. */
export function readWrittenList({ words, writes }: ShellCommand): WrittenList | undefined {
  const [program, verb, second] = words.map(({ value }) => value)
  const name = program?.replace(/^.*\//, '')
  const tool =
    (name === 'uv' || name === 'poetry') && verb === 'export'
      ? name
      : name === 'uv' && verb === 'pip' && second === 'compile'
        ? 'compile'
        : undefined
  if (tool === undefined) return undefined
  const { options, plain } = readOptions(words.slice(tool === 'compile' ? 3 : 2))
  // With a backend the list is written for another index, and without a project it is none of it.
  if (
    tool === 'compile' &&
    (optionsNamed(options, '--torch-backend').length > 0 ||
      !plain.some(({ value }) => posix.basename(value ?? '') === 'pyproject.toml'))
  )
    return undefined
  const files = optionsNamed(options, '-o', '--output-file', '--output').map(({ text }) => text)
  const isPylock = optionsNamed(options, '--format', '-f').some(({ text }) => text === 'pylock.toml')
  // uv writes indexes only with an option for it; Poetry writes them unless an option turns that off.
  const indexed =
    tool === 'poetry'
      ? optionsNamed(options, '--without-urls').length === 0
      : optionsNamed(options, '--emit-index-url').length > 0
  return {
    tool,
    options,
    files: [...writes, ...files],
    indexed: indexed || isPylock || files.some(file => /(?:^|\/)pylock\.(?:\w+\.)?toml$/.test(file ?? '')),
  }
}
