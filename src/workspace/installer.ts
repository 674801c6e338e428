import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compiledFrom } from './compiled.ts'
import { dockerfilesOf } from './dockerfiles.ts'
import { type Folder, foldersUpwards, pathFrom } from './folders.ts'
import { readText } from './read-text.ts'
import { commandsOf } from './script.ts'

/** What a repository installs its requirements files with. */
export interface DetectedInstaller {
  readonly installer: 'uv' | 'pip'
  /** The file, relative to the current folder, and the line that show it: `Dockerfile:7`. */
  readonly source: string
  /** Whether it writes bytecode beside what it unpacks: pip does unless told not to, uv only when told to. */
  readonly compiles: boolean
}

/**
 * Which installer the commands of a repository give requirements files to, from a folder up to the top of the repository.
 * uv only where none of them is pip's, since what suits uv alone must not be written for pip; a header of uv in the
 * requirements says so where there is no such command.
 */
export async function detectInstaller(
  directory: string,
  requirements = '',
  cwd = process.cwd(),
): Promise<DetectedInstaller | undefined> {
  let uv: DetectedInstaller | undefined
  for await (const folder of foldersUpwards(directory)) {
    for (const name of await scriptsOf(folder)) {
      const path = join(folder.path, name)
      for (const { installer, line, compiles } of installsIn((await readText(path)) ?? '')) {
        const found = { installer, compiles, source: `${pathFrom(cwd, path)}:${line}` }
        if (installer === 'pip') return found
        uv ??= found
      }
    }
  }
  if (uv) return uv
  return compiledFrom(requirements)?.tool === 'uv'
    ? { installer: 'uv', source: 'its header', compiles: false }
    : undefined
}

const scripts =
  /^(?:(?:gnu)?makefile|\.?justfile|taskfile\.ya?ml|tox\.ini|\.(?:gitlab-ci|travis|readthedocs)\.ya?ml|(?:azure|bitbucket)-pipelines\.ya?ml|cloudbuild\.ya?ml|jenkinsfile|procfile|.+\.sh)$/i

/** Folders whose YAML and JSON files hold commands. */
const scriptFolders = ['.github/workflows', '.circleci', '.devcontainer']

async function scriptsOf(folder: Folder): Promise<string[]> {
  const names = [...dockerfilesOf(folder), ...folder.names.filter(name => scripts.test(name))]
  for (const below of scriptFolders) {
    if (!folder.names.includes(below.split('/')[0]!)) continue
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

/** The commands of a script that install requirements files. */
function* installsIn(script: string): Generator<Omit<DetectedInstaller, 'source'> & { line: number }> {
  for (const { text, lineOf } of commandsOf(script)) {
    // A list of words, as in the exec form of a Dockerfile, reads as the words.
    const words = text.replace(/["',[\]]/g, ' ')
    for (const command of words.matchAll(/[^&|;]+/g)) {
      const found = installIn(command[0])
      if (!found) continue
      const { installer, at } = found
      yield { installer, line: lineOf(command.index + at), compiles: compiles[installer](command[0], script) }
    }
  }
}

/**
 * By flag, or by a variable that the script sets. pip heeds no PYTHONDONTWRITEBYTECODE: that is for what runs later.
 */
const compiles: Readonly<Record<DetectedInstaller['installer'], (command: string, script: string) => boolean>> = {
  pip: (command, script) =>
    !/\s--no-compile\b/.test(command) && !/\bPIP_NO_COMPILE\b[\s=:"']*(?:1|true|yes|on)\b/i.test(script),
  uv: (command, script) =>
    /\s--compile(?:-bytecode)?(?=\s|$)/.test(command) ||
    /\bUV_COMPILE_BYTECODE\b[\s=:"']*(?:1|true|yes|on)\b/i.test(script),
}

const byUv = /(?<=^|[\s/@(])uv\s+(?:-\S+\s+)*pip\s+(?:-\S+\s+)*(install|sync)\s(.*)/
const byPip = /(?<=^|[\s/@(])pip(?:[\d.]*(?:\.exe)?\s+(?:-\S+\s+)*install|-sync)\s(.*)/

function installIn(command: string): { installer: 'uv' | 'pip'; at: number } | undefined {
  // What a script only tells its reader to do.
  if (/\b(?:echo|printf)\s/.test(command)) return undefined
  const uv = byUv.exec(command)
  if (uv) return uv[1] === 'sync' || namesRequirements(uv[2]!) ? { installer: 'uv', at: uv.index } : undefined
  const pip = byPip.exec(command)
  return pip && (pip[0].startsWith('pip-sync') || namesRequirements(pip[1]!))
    ? { installer: 'pip', at: pip.index }
    : undefined
}

/** uv also takes the requirements of a project from `-r pyproject.toml`. */
function namesRequirements(words: string): boolean {
  const named = [...words.matchAll(/(?:^|\s)(?:-[A-Za-z]*r|--requirements?)[\s=]*(\S+)/g)]
  return named.some(([, file]) => !/(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(file!))
}
