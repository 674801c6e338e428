import { join } from 'node:path'
import { type Folder, foldersUpwards } from '../files/folders.ts'
import { readdir } from '../files/machine/files.ts'
import { readText } from '../files/read-text.ts'
import { dockerfilesOf } from './dockerfile/names.ts'
import { commandsOf, simpleCommandsOf } from './shell/lines.ts'
import type { ShellCommand } from './shell/script.ts'

/** A file of a repository that holds commands: a Dockerfile, a script, a Makefile, a file of a CI system. */
export interface Script {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** A command of a script, as it is if a word of it is its program. */
export interface ScriptCommand {
  /** It starts at that word, whatever is written before. */
  readonly command: ShellCommand
  /** 1-based. */
  readonly line: number
}

const scripts =
  /^(?:(?:gnu)?makefile|\.?justfile|taskfile\.ya?ml|tox\.ini|\.(?:gitlab-ci|travis|readthedocs)\.ya?ml|(?:azure|bitbucket)-pipelines\.ya?ml|cloudbuild\.ya?ml|jenkinsfile|procfile|.+\.sh)$/i

/** Folders whose YAML and JSON files hold commands. */
const scriptFolders = ['.github/workflows', '.circleci', '.devcontainer']

/** The files with commands from a folder up to the top of the repository, the nearest first. */
export async function* scriptsAround(directory: string): AsyncGenerator<Script> {
  for (const folder of foldersUpwards(directory)) yield* scriptsIn(folder)
}

/** The files with commands in one folder. */
export async function* scriptsIn(folder: Folder): AsyncGenerator<Script> {
  for (const name of await scriptsOf(folder)) {
    const path = join(folder.path, name)
    yield { path, text: (await readText(path)) ?? '' }
  }
}

async function scriptsOf(folder: Folder): Promise<string[]> {
  const names = [...dockerfilesOf(folder), ...folder.matching(scripts)]
  for (const below of scriptFolders) {
    if (!folder.has(below.split('/')[0]!)) continue
    const inside = await readdir(join(folder.path, below)).catch((): string[] => [])
    names.push(
      ...inside
        .filter(name => /\.(?:ya?ml|json)$/i.test(name))
        .sort()
        .map(name => `${below}/${name}`),
    )
  }
  return names
}

/** More than a line has that a person wrote. */
const MOST_PROGRAMS = 20

/** Programs that install Python packages, as words end. */
const programs = /(?:^|\/)(?:uv|pip[\d.]*(?:\.exe)?|pip-sync)$/

/**
 * The commands of a script that may be of uv or pip, each in all the ways to read it: its program may stand anywhere among its
 * words, since keys of YAML or an instruction may stand before it.
 */
export function* installerCommands(script: string): Generator<readonly ScriptCommand[]> {
  for (const line of commandsOf(script)) {
    if (!/uv|pip/.test(line.text)) continue
    for (const command of simpleCommandsOf(line)) {
      const { words } = command
      // A message to the reader of the script.
      if (words.some(({ value }) => /^\W?(?:echo|printf)$/.test(value ?? ''))) continue
      const starts = [...words.keys()].filter(i => programs.test(words[i]!.tail)).slice(0, MOST_PROGRAMS)
      yield starts.map(i => ({
        command: { ...command, words: words.slice(i) },
        line: line.lineOf(words[i]!.span.start),
      }))
    }
  }
}
