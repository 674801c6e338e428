import { join } from 'node:path'
import { pythonOfDockerfile, type StatedPython } from './base-image.ts'
import { type Folder, foldersUpwards, pathFrom } from './folders.ts'
import { pythonOfPyproject } from './pyproject.ts'
import { readText } from './read-text.ts'

/** The Python that a repository says it runs on. */
export interface DetectedPython {
  /** `3.11` or `3.11.7`, as stated. */
  readonly python: string
  /** The file, relative to the current folder, and the line that say so: `Dockerfile:1`. */
  readonly source: string
  /** The folder that says so, as an absolute path. */
  readonly folder: string
}

type Reader = (text: string) => StatedPython | undefined | Promise<StatedPython | undefined>

/**
 * Looks for a Python version in a folder, then in those above it up to the repository's. In each a Dockerfile goes before
 * .python-version, runtime.txt, .tool-versions and pyproject.toml. What cannot be read says nothing.
 *
 * @param dockerfiles which of the Dockerfiles of a folder count
 */
export async function detectPython(
  directory: string,
  cwd = process.cwd(),
  dockerfiles = dockerfilesOf,
): Promise<DetectedPython | undefined> {
  for await (const folder of foldersUpwards(directory)) {
    const readers: [string, Reader][] = [
      ...dockerfiles(folder).map((name): [string, Reader] => [name, pythonOfDockerfile]),
      ['.python-version', fromPythonVersion],
      ['runtime.txt', fromRuntime],
      ['.tool-versions', fromToolVersions],
      ['pyproject.toml', pythonOfPyproject],
    ]
    for (const [name, read] of readers) {
      if (!folder.names.includes(name)) continue
      const path = join(folder.path, name)
      const found = await read((await readText(path)) ?? '')
      if (!found) continue
      const line = found.line === undefined ? '' : `:${found.line}`
      return { python: found.python, source: `${pathFrom(cwd, path)}${line}`, folder: folder.path }
    }
  }
  return undefined
}

/** The Dockerfiles of a folder: the plain one first, then variants by name. */
export function dockerfilesOf({ names }: Folder): string[] {
  const plain = /^(?:dockerfile|containerfile)$/i
  const variant = /^(?:dockerfile|containerfile)[-_.].+|.\.(?:dockerfile|containerfile)$/i
  return [
    ...names.filter(name => plain.test(name)),
    ...names.filter(name => variant.test(name) && !name.endsWith('.dockerignore')),
  ]
}

/** pyenv's and uv's file: versions by line, the first goes first; other implementations and names of environments among them. */
function fromPythonVersion(text: string): StatedPython | undefined {
  return firstOnALine(text, line => plainVersion(line))
}

/** Heroku's: `python-3.11.7`. */
function fromRuntime(text: string): StatedPython | undefined {
  return firstOnALine(text, line => (line.startsWith('python-') ? plainVersion(line) : undefined))
}

/** asdf's and mise's: `python 3.11.4 system`, a tool a line, each version the fallback of the one before. */
function fromToolVersions(text: string): StatedPython | undefined {
  return firstOnALine(text, line => {
    const [tool, ...versions] = line.split(/\s+/)
    return tool === 'python' ? versions.map(plainVersion).find(found => found !== undefined) : undefined
  })
}

function firstOnALine(text: string, read: (line: string) => string | undefined): StatedPython | undefined {
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const python = read(line.replace(/#.*/, '').trim())
    if (python !== undefined) return { python, line: i + 1 }
  }
  return undefined
}

/** `3.11`, `3.11.7`, `cpython@3.11`, `latest:3.11`; of a pre-release the minor version. */
function plainVersion(text: string): string | undefined {
  const [, minor, patch] =
    /^(?:(?:c?python[-@]?)|latest:)?(3\.\d{1,2})(?:(\.\d{1,2})|(?:\.\d{1,2})?(?:a|b|rc|-dev)\d*)?$/.exec(text) ?? []
  return minor === undefined ? undefined : minor + (patch ?? '')
}
