import { readToml, valueAt } from '../workspace/toml.ts'
import type { PythonFacts, StatedRange } from './python-facts.ts'
import { fromPoetry, onlyPythonIn } from './python-range.ts'

/**
 * What a pyproject.toml says of Pythons: `requires-python` of the project, else `python` of Poetry. A range that leaves one
 * minor version names it; a wider one says where the project runs, and not what is in use.
 */
export async function fromPyproject(text: string): Promise<PythonFacts> {
  const document = await readToml(text)
  const required = valueAt(document, 'project', 'requires-python')
  const poetry = valueAt(document, 'tool', 'poetry', 'dependencies', 'python')
  const ranges: StatedRange[] = [
    ...(typeof required === 'string' ? [{ range: required, line: lineOf(text, 'requires-python') }] : []),
    ...(typeof poetry === 'string' ? [{ range: fromPoetry(poetry), line: lineOf(text, 'python') }] : []),
  ]
  return factsOfRanges(ranges)
}

/** Pipenv's `[requires]`: `python_version = "3.11"`, or `python_full_version`. */
export async function fromPipfile(text: string): Promise<PythonFacts> {
  const document = await readToml(text)
  const keys = ['python_full_version', 'python_version']
  const ranges = keys.flatMap((key): StatedRange[] => {
    const version = valueAt(document, 'requires', key)
    return typeof version === 'string' ? [{ range: `==${version}`, line: lineOf(text, key) }] : []
  })
  return factsOfRanges(ranges)
}

/** The Python that the first range to leave one minor version names, and the first range of all. */
export function factsOfRanges(ranges: readonly StatedRange[]): PythonFacts {
  const pythons = ranges.flatMap(({ range, line }) => {
    const python = onlyPythonIn(range)
    return python === undefined ? [] : [{ python, line }]
  })
  const [allowed] = ranges
  return { pythons: pythons.slice(0, 1), ...(allowed && { allowed }) }
}

/** The line that sets a key; the parser does not tell places. */
function lineOf(text: string, key: string): number | undefined {
  const line = text.split('\n').findIndex(content => new RegExp(`^\\s*["']?${key}["']?\\s*=`).test(content))
  return line < 0 ? undefined : line + 1
}
