import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { CommandFileKind } from '../contract/results/ci-check.ts'
import { rulesAbove, rulesGiven } from '../files/git-ignore.ts'
import { walk } from '../files/walk.ts'
import { nearName } from '../text/near-name.ts'

/** A file that may hold install commands. */
export interface CommandFile {
  readonly absolute: string
  readonly kind: CommandFileKind
  /** The user names it. */
  readonly named: boolean
  /** It is known to be a file itself, and no link to one. */
  readonly isFile: boolean
}

/** By their path, with `/`; the first that matches counts. */
const kinds: readonly (readonly [CommandFileKind, RegExp])[] = [
  ['workflow', /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/],
  ['action', /(?:^|\/)action\.ya?ml$/],
  ['gitlab', /(?:^|\/)(?:\.gitlab-ci|[^/]*\.gitlab-ci)\.ya?ml$|(?:^|\/)\.gitlab\/[^/]+\.ya?ml$/],
  ['compose', /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/],
  ['devcontainer', /(?:^|\/)\.?devcontainer\.json$/],
  ['dockerfile', /(?:^|\/)(?:dockerfile|containerfile)(?:[-_.][^/]*)?$|\.(?:dockerfile|containerfile)$/i],
  ['makefile', /(?:^|\/)(?:gnu)?makefile$/i],
  ['justfile', /(?:^|\/)\.?justfile$/i],
  ['tox', /(?:^|\/)tox\.ini$/],
  ['nox', /(?:^|\/)noxfile\.py$/],
  ['script', /\.(?:sh|bash|zsh)$/],
]

/** More than a repository has; a run on more breaks off. */
const MOST_FILES = 20_000

/** What a file with commands is, by its path; undefined: none. */
export function kindOf(path: string): CommandFileKind | undefined {
  const slashed = path.replaceAll('\\', '/')
  if (/\.dockerignore$/.test(slashed)) return undefined
  return kinds.find(([, pattern]) => pattern.test(slashed))?.[0]
}

/**
 * The files with commands that some paths mean: themselves, or those below folders, without what git ignores and what others
 * vendored.
 *
 * @param exclude patterns of a .gitignore, for what is left out of folders
 * @throws TorchpinError FILE_UNREADABLE for a path that is not there, or a file of a kind that is not read
 */
export async function findCommandFiles(
  paths: readonly string[],
  cwd: string,
  exclude: readonly string[],
): Promise<CommandFile[]> {
  const found = new Map<string, CommandFile>()
  for (const path of paths.length > 0 ? paths : ['.']) {
    const absolute = resolve(cwd, path)
    const stats = await stat(absolute).catch(() => undefined)
    if (!stats) throw await notThere(path, absolute)
    if (stats.isDirectory()) {
      for (const file of await below(absolute, exclude)) if (!found.has(file.absolute)) found.set(file.absolute, file)
      continue
    }
    const kind = kindOf(absolute)
    if (kind === undefined)
      throw new TorchpinError('FILE_UNREADABLE', `${path} is no file whose install commands torchpin reads`, {
        hint: 'these are workflows, actions, .gitlab-ci.yml, Dockerfiles, compose files, devcontainer.json, Makefiles, justfiles, tox.ini, noxfile.py and *.sh',
      })
    found.set(absolute, { absolute, kind, named: true, isFile: false })
  }
  return [...found.values()]
}

async function below(folder: string, exclude: readonly string[]): Promise<CommandFile[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const { rules, repository } = await rulesAbove(folder)
  const bounds = { excluded: rulesGiven(repository ?? folder, exclude) }
  const files: CommandFile[] = []
  for await (const found of walk(
    { folder, entries, rules },
    repository === undefined ? bounds : { ...bounds, barredBy: '.git' },
  )) {
    const kind = found.entry.isFile() || found.entry.isSymbolicLink() ? kindOf(found.path) : undefined
    if (kind === undefined || found.isIgnored()) continue
    files.push({ absolute: found.path, kind, named: false, isFile: found.entry.isFile() })
    if (files.length > MOST_FILES)
      throw new TorchpinError(
        'FILE_UNREADABLE',
        `there are more than ${MOST_FILES} files with commands below ${folder}`,
        {
          hint: 'name fewer folders at a time, or leave some out with --exclude',
        },
      )
  }
  return files
}

async function notThere(path: string, absolute: string): Promise<TorchpinError> {
  const names = await readdir(dirname(absolute)).catch((): string[] => [])
  const near = nearName(basename(absolute), names)
  return new TorchpinError(
    'FILE_UNREADABLE',
    `${path} does not exist`,
    near === undefined ? {} : { hint: `did you mean ${near}?` },
  )
}
