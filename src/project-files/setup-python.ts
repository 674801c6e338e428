import { factsOfRanges } from './pyproject-python.ts'
import { lineAt, noFacts, type PythonFacts } from './python-facts.ts'

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
