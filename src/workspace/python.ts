import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** The Python a repository says it runs on. */
export interface DetectedPython {
  /** `3.11` or `3.11.7`. */
  readonly python: string
  /** Which file and line says so. */
  readonly source: string
}

const version = /(3\.\d{1,2}(?:\.\d{1,3})?)/

/** Looks for a Python version in a folder and the ones above it, up to the one that holds `.git`. Files that cannot be read say nothing. */
export async function detectPython(directory: string, cwd = process.cwd()): Promise<DetectedPython | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const names = await readdir(folder).catch((): string[] => [])
    const dockerfiles = names
      .filter(name => /^(?:Dockerfile|Containerfile)(?:\.|$)/.test(name) && !name.endsWith('.dockerignore'))
      .sort()
    const readers: [string, (text: string) => { python: string; line: number } | undefined][] = [
      ...dockerfiles.map((name): [string, typeof fromDockerfile] => [name, fromDockerfile]),
      ['.python-version', lineMatching(/^\s*(?:cpython-)?(3\.\d{1,2}(?:\.\d{1,3})?)\s*$/)],
      ['runtime.txt', lineMatching(/^\s*python-(3\.\d{1,2}(?:\.\d{1,3})?)\s*$/)],
      ['.tool-versions', lineMatching(/^\s*python\s+(3\.\d{1,2}(?:\.\d{1,3})?)\b/)],
      ['pyproject.toml', fromPyproject],
    ]
    for (const [name, read] of readers) {
      if (!names.includes(name)) continue
      const found = read(await readFile(join(folder, name), 'utf8').catch(() => ''))
      if (found)
        return {
          python: found.python,
          source: `${relative(cwd, join(folder, name)).replaceAll('\\', '/')}:${found.line}`,
        }
    }
    if (names.includes('.git') || dirname(folder) === folder) return undefined
  }
}

function lineMatching(pattern: RegExp): (text: string) => { python: string; line: number } | undefined {
  return text => {
    const lines = text.split(/\r?\n/)
    const line = lines.findIndex(content => pattern.test(content))
    return line < 0 ? undefined : { python: pattern.exec(lines[line]!)![1]!, line: line + 1 }
  }
}

/** The last stage that starts from a Python image counts: it is the one that ships. */
function fromDockerfile(text: string): { python: string; line: number } | undefined {
  const values = new Map<string, string>()
  let found: { python: string; line: number } | undefined
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const argument = /^\s*ARG\s+(\w+)=["']?([^"'\s]+)/i.exec(line)
    if (argument) values.set(argument[1]!, argument[2]!)
    const image = /^\s*FROM\s+(?:--\S+\s+)*(\S+)/i
      .exec(line)?.[1]
      ?.replace(
        /\$\{?(\w+)(?::-([^}]*))?\}?/g,
        (_, name: string, fallback?: string) => values.get(name) ?? fallback ?? '',
      )
    if (!image) continue
    const tag = /(?:^|\/)python:(.+)$/.exec(image)?.[1] ?? /\/uv:python(.+)$/.exec(image)?.[1]
    const python = tag === undefined ? undefined : version.exec(tag)?.[1]
    if (python) found = { python, line: i + 1 }
  }
  return found
}

/** Only a range that leaves one minor version says which Python is in use: a lower bound does not. */
function fromPyproject(text: string): { python: string; line: number } | undefined {
  const lines = text.split(/\r?\n/)
  const line = lines.findIndex(content => /^\s*requires-python\s*=/.test(content))
  const range = line < 0 ? undefined : /=\s*["']([^"']+)["']/.exec(lines[line]!)?.[1]?.replace(/\s/g, '')
  const only = range && (/^==(3\.\d{1,2})(?:\.\*)?$/.exec(range) ?? /^~=(3\.\d{1,2}\.\d{1,3})$/.exec(range))
  if (only) return { python: only[1]!, line: line + 1 }
  const between = range && /^>=3\.(\d{1,2})(?:\.\d+)?,<3\.(\d{1,2})(?:\.0)?$/.exec(range)
  return between && Number(between[1]) + 1 === Number(between[2])
    ? { python: `3.${between[1]}`, line: line + 1 }
    : undefined
}
