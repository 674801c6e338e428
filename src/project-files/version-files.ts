import { onePython, type PythonFacts, type StatedPython } from './python-facts.ts'

/** pyenv's and uv's file: versions by line, the first goes first; other implementations and names of environments among them. */
export function fromPythonVersion(text: string): PythonFacts {
  return firstOnALine(text, plainVersion)
}

/** Heroku's: `python-3.11.7`. */
export function fromRuntime(text: string): PythonFacts {
  return firstOnALine(text, line => (line.startsWith('python-') ? plainVersion(line) : undefined))
}

/** asdf's and mise's: `python 3.11.4 system`, a tool a line, each version the fallback of the one before. */
export function fromToolVersions(text: string): PythonFacts {
  return firstOnALine(text, line => {
    const [tool, ...versions] = line.split(/\s+/)
    return tool === 'python' ? versions.map(plainVersion).find(found => found !== undefined) : undefined
  })
}

/** venv writes `version = 3.11.4`, virtualenv and uv `version_info = 3.11.4.final.0`. */
export function fromPyvenv(text: string): PythonFacts {
  return firstOnALine(text, line => /^version(?:_info)?\s*=\s*(3\.\d{1,2}(?:\.\d{1,2})?)(?![\w])/.exec(line)?.[1])
}

function firstOnALine(text: string, read: (line: string) => string | undefined): PythonFacts {
  const stated = text.split(/\r\n|\n|\r/).flatMap((content, i): StatedPython[] => {
    const python = read(content.replace(/#.*/, '').trim())
    return python === undefined ? [] : [{ python, line: i + 1 }]
  })
  return onePython(stated[0])
}

/** `3.11`, `3.11.7`, `cpython@3.11`, `latest:3.11`; of a pre-release the minor version. */
export function plainVersion(text: string): string | undefined {
  const [, minor, patch] =
    /^(?:(?:c?python[-@]?)|latest:)?(3\.\d{1,2})(?:(\.\d{1,2})|(?:\.\d{1,2})?(?:a|b|rc|-dev)\d*)?$/.exec(text) ?? []
  return minor === undefined ? undefined : minor + (patch ?? '')
}
