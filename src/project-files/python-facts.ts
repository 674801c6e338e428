/** A Python version, and the 1-based line that states it; undefined where the line is not known. */
export interface StatedPython {
  /** `3.11`, or `3.11.7`. */
  readonly python: string
  readonly line: number | undefined
}

/** A range of Pythons as a specifier of PEP 440, `>=3.9,<3.13`, and the 1-based line that states it. */
export interface StatedRange {
  readonly range: string
  readonly line: number | undefined
}

/** What a file states about Pythons: those it names, and the range that it allows. */
export interface PythonFacts {
  readonly pythons: readonly StatedPython[]
  readonly allowed?: StatedRange
}

export const noFacts: PythonFacts = { pythons: [] }

/** The facts of a file that names at most one Python. */
export function onePython(stated: StatedPython | undefined): PythonFacts {
  return stated ? { pythons: [stated] } : noFacts
}

/** `3.11` of `3.11.7`. */
export function minorOf(python: string): string {
  return python.split('.').slice(0, 2).join('.')
}

/** The 1-based line on which a text has a character. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
