import { factsOfRanges } from './pyproject-python.ts'
import { lineAt, noFacts, onePython, type PythonFacts, type StatedPython } from './python-facts.ts'

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

/** `python_requires = >=3.9` of a setup.cfg. */
export function fromSetupCfg(text: string): PythonFacts {
  return rangeAt(text, /^[ \t]*python_requires[ \t]*=[ \t]*([^\r\n#;]*)/m)
}

/** `python_requires=">=3.9"` of a setup.py, where the value is one plain string. The file is read as text and never run. */
export function fromSetupPy(text: string): PythonFacts {
  return rangeAt(text, /^[^#\r\n]*\bpython_requires[ \t]*=[ \t]*["']([^"'\r\n]*)["'][ \t]*[,)\r\n]/m)
}

function rangeAt(text: string, pattern: RegExp): PythonFacts {
  const found = pattern.exec(text)
  const range = found?.[1]?.trim()
  if (!found || !range) return noFacts
  return factsOfRanges([{ range, line: lineAt(text, found.index) }])
}

/**
 * The Python of a conda environment file: `- python=3.10`, `- conda-forge::python ==3.10.4`, `- python>=3.9,<3.12`. One `=`
 * of conda's means any release that begins so.
 */
export function fromCondaEnvironment(text: string): PythonFacts {
  for (const [i, content] of text.split(/\r\n|\n|\r/).entries()) {
    const spec = /^\s*-\s*["']?(?:[\w.-]+::)?python(?=[\s=<>!~"']|$)\s*([^"'#]*)/.exec(content)?.[1]?.trim()
    if (spec === undefined || spec === '') continue
    return factsOfRanges([{ range: rangeOf(spec), line: i + 1 }])
  }
  return noFacts
}

function rangeOf(spec: string): string {
  const [, exact, version] = /^(={0,2})\s*(3(?:\.\d+){1,2})(?:\.\*|\*)?(?:=\S*)?$/.exec(spec) ?? []
  if (version === undefined) return spec
  return exact === '==' || version.split('.').length > 2 ? `==${version}` : `==${version}.*`
}
