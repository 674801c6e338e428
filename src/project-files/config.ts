import { join } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { foldersUpwards, pathFrom } from '../files/folders.ts'
import { readText } from '../files/read-text.ts'

/** The settings that a repository keeps for torchpin. */
export interface Config {
  /** The folder of the file they stand in. */
  readonly directory: string
  readonly settings: Readonly<Record<string, unknown>>
  /** `pyproject.toml:12`, or the file alone where the line is not known. */
  placeOf(key: string): string
}

/**
 * Looks for settings in a folder, then in those above it up to the repository's: `torchpin.toml`, else `[tool.torchpin]` of
 * pyproject.toml. The nearest file has them all; nothing is merged.
 * @throws TorchpinError FILE_UNREADABLE where a file that holds them is no TOML
 */
export async function findConfig(directory: string, cwd = directory): Promise<Config | undefined> {
  for (const folder of foldersUpwards(directory)) {
    for (const name of ['torchpin.toml', 'pyproject.toml']) {
      if (!folder.has(name)) continue
      const path = pathFrom(cwd, join(folder.path, name))
      const read = await readText(join(folder.path, name))
      if (read === undefined && name === 'torchpin.toml')
        throw new TorchpinError('FILE_UNREADABLE', `${path} cannot be read`, {
          hint: 'it has to be a regular file, and no link out of the repository',
        })
      const text = read ?? ''
      const found = name === 'torchpin.toml' ? await tableOf(text, path) : await tableInPyproject(text, path)
      if (found)
        return {
          directory: folder.path,
          settings: found,
          placeOf: key => placeIn(path, name === 'pyproject.toml' ? ownLines(text) : text.split('\n'), key),
        }
    }
  }
  return undefined
}

/** Most pyproject.toml files hold nothing for torchpin, and are not parsed. */
async function tableInPyproject(text: string, path: string): Promise<Record<string, unknown> | undefined> {
  if (!/\btorchpin\b/.test(text)) return undefined
  const { tool } = await tableOf(text, path)
  const own = isTable(tool) ? tool['torchpin'] : undefined
  if (own === undefined) return undefined
  if (isTable(own)) return own
  throw new TorchpinError('FILE_UNREADABLE', `${path}: tool.torchpin is not a table`, { hint: 'write [tool.torchpin]' })
}

async function tableOf(text: string, path: string): Promise<Record<string, unknown>> {
  const { parse, TomlError } = await import('smol-toml')
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [what = ''] = error.message.split('\n')
    throw new TorchpinError('FILE_UNREADABLE', `${path}:${error.line}:${error.column}: ${what}`, {
      hint: 'mend it, or take the settings of torchpin out',
    })
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** Finds the line that sets a key: the parser gives no positions. */
function placeIn(path: string, lines: readonly string[], key: string): string {
  const assignment = new RegExp(`(?:^|[.{,])\\s*["']?${key.replace(/[^\w-]/g, '\\$&')}["']?\\s*=`)
  const line = lines.findIndex(content => assignment.test(content))
  return line < 0 ? path : `${path}:${line + 1}`
}

/** The lines of pyproject.toml that may be of [tool.torchpin], the others blank. */
function ownLines(text: string): string[] {
  let own = false
  return text.split('\n').map(line => {
    const [, table] = /^\s*\[([^\]]*)\]/.exec(line) ?? []
    if (table !== undefined) own = /^\s*["']?tool["']?\s*\.\s*["']?torchpin["']?\s*$/.test(table)
    return own || /\btorchpin["']?\s*[.=]/.test(line) ? line : ''
  })
}
