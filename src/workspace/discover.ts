import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { TorchpinError } from '../errors.ts'

const skipped = new Set([
  '.git',
  '.hg',
  'node_modules',
  'site-packages',
  '__pycache__',
  'vendor',
  'third_party',
  '.tox',
  '.nox',
  '.eggs',
])
const named = /^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$/i

export interface Discovered {
  /** Relative to the current folder where below it; `/` between folders. */
  readonly files: readonly string[]
}

/**
 * The requirements files that the arguments mean: a file is meant as named, a folder means every requirements file
 * below it, what git ignores and what others vendored left out.
 * @throws TorchpinError FILE_UNREADABLE for a path that is not there, or a folder without requirements files
 */
export async function discoverRequirements(paths: readonly string[], cwd: string): Promise<Discovered> {
  const files: string[] = []
  for (const path of paths) {
    const absolute = resolve(cwd, path)
    const found = await stat(absolute).catch(() => undefined)
    if (!found)
      throw new TorchpinError('FILE_UNREADABLE', `${path} does not exist`, {
        hint: 'give the path of a requirements file or of a folder',
      })
    if (!found.isDirectory()) {
      files.push(shown(absolute, cwd))
      continue
    }
    const below = await walk(absolute, [])
    if (below.length === 0) {
      throw new TorchpinError('FILE_UNREADABLE', `there are no requirements files below ${path}`, {
        hint: 'name the file: torchpin rewrite path/to/file.txt',
      })
    }
    files.push(...below.map(file => shown(file, cwd)))
  }
  return { files: [...new Set(files)] }
}

interface IgnoreRules {
  readonly folder: string
  readonly rules: Ignore
}

async function walk(folder: string, above: readonly IgnoreRules[]): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (entries.some(entry => entry.name === 'pyvenv.cfg')) return []
  const own = entries.some(entry => entry.name === '.gitignore')
    ? await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '')
    : ''
  const rules = own ? [...above, { folder, rules: ignore().add(own) }] : above
  const files: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const directory = entry.isDirectory()
    if (
      rules.some(({ folder: base, rules }) =>
        rules.ignores(relative(base, path).replaceAll('\\', '/') + (directory ? '/' : '')),
      )
    )
      continue
    if (directory && !skipped.has(entry.name)) files.push(...(await walk(path, rules)))
    else if (entry.isFile() && isRequirements(entry.name, folder)) files.push(path)
  }
  return files
}

function isRequirements(name: string, folder: string): boolean {
  return named.test(name) || (/^(?:requirements|reqs)$/i.test(basename(folder)) && /\.(?:txt|in)$/i.test(name))
}

function shown(absolute: string, cwd: string): string {
  const path = relative(cwd, absolute)
  return (path.startsWith('..') ? absolute : path).replaceAll('\\', '/')
}
