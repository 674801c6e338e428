import type { StatedPython } from './base-image.ts'
import { fromPoetry, onlyPythonIn } from './python-range.ts'
import { readToml, valueAt } from './toml.ts'

/** The Python that a pyproject.toml (PEP 621, Poetry) pins. A lower bound says where it runs, not what is in use. */
export async function pythonOfPyproject(text: string): Promise<StatedPython | undefined> {
  const document = await readToml(text)
  const required = valueAt(document, 'project', 'requires-python')
  const poetry = valueAt(document, 'tool', 'poetry', 'dependencies', 'python')
  const standard = typeof required === 'string' ? onlyPythonIn(required) : undefined
  if (standard !== undefined) return { python: standard, line: lineOf(text, 'requires-python') }
  const own = typeof poetry === 'string' ? onlyPythonIn(fromPoetry(poetry)) : undefined
  return own === undefined ? undefined : { python: own, line: lineOf(text, 'python') }
}

/** The line that sets a key; the parser does not tell places. */
function lineOf(text: string, key: string): number | undefined {
  const line = text.split('\n').findIndex(content => new RegExp(`^\\s*["']?${key}["']?\\s*=`).test(content))
  return line < 0 ? undefined : line + 1
}
