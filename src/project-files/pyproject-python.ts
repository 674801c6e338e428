import { readPipfile } from './pipfile.ts'
import { readPyproject } from './pyproject.ts'
import type { PythonFacts, StatedRange } from './python-facts.ts'
import { onlyPythonIn } from './python-range.ts'

/**
 * What a pyproject.toml says of Pythons: `requires-python` of the project, else `python` of Poetry. A range that leaves one
 * minor version names it; a wider one says where the project runs, and not what is in use.
 */
export async function fromPyproject(text: string): Promise<PythonFacts> {
  const pyproject = await readPyproject(text)
  return factsOfRanges([
    ...stated(pyproject?.project?.requiresPython, 'requires-python', text),
    ...stated(pyproject?.poetryPython, 'python', text),
  ])
}

/** Pipenv's `[requires]`: `python_version = "3.11"`, or `python_full_version`. */
export async function fromPipfile(text: string): Promise<PythonFacts> {
  const requires = (await readPipfile(text))?.requires
  return factsOfRanges(
    ['python_full_version', 'python_version'].flatMap(key => {
      const version = requires?.get(key)
      return stated(version && `==${version}`, key, text)
    }),
  )
}

function stated(range: string | undefined, key: string, text: string): StatedRange[] {
  return range === undefined ? [] : [{ range, line: lineOf(text, key) }]
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

/** The line that sets a key: the parser gives no positions. */
function lineOf(text: string, key: string): number | undefined {
  const line = text.split('\n').findIndex(content => new RegExp(`^\\s*["']?${key}["']?\\s*=`).test(content))
  return line < 0 ? undefined : line + 1
}
