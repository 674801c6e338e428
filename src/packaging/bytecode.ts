/**
 * Bytes of the `.py` files of a wheel. Those of its tests stand apart: assertions and tables compile to more than documented
 * code does.
 */
export interface PythonSource {
  readonly modules: number
  readonly tests: number
}

/** A file of a wheel: its path, and its bytes when unpacked. */
interface WheelMember {
  readonly name: string
  readonly uncompressed: number
}

const ofTests = /(?:^|\/)(?:_?tests?|testing)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/

/** What pip compiles of a wheel: every file that ends in `.py`, wherever it goes (pip's `pyc_source_file_paths`). */
export function pythonSource(members: Iterable<WheelMember>): PythonSource {
  let modules = 0
  let tests = 0
  for (const { name, uncompressed } of members) {
    if (!name.endsWith('.py')) continue
    if (ofTests.test(name)) tests += uncompressed
    else modules += uncompressed
  }
  return { modules, tests }
}

/** Bytes of bytecode for one byte of source. */
interface Growth extends PythonSource {
  /** The minor version of Python 3. */
  readonly minor: number
}

/** Measured by `scripts/measure-bytecode.py`; what it was measured on, and the error, are in docs/bytes-on-disk.md. */
const growths: readonly [Growth, ...Growth[]] = [
  { minor: 9, modules: 0.715, tests: 0.957 },
  { minor: 10, modules: 0.739, tests: 0.937 },
  { minor: 11, modules: 1.176, tests: 1.871 },
  { minor: 12, modules: 1.087, tests: 1.652 },
  { minor: 13, modules: 1.087, tests: 1.607 },
]

/**
 * Estimates the bytes of the `.pyc` files that pip writes beside the source of a wheel.
 *
 * @param python `3.11`, or `3.11.7`; a version that was not measured counts as the nearest one that was
 */
export function bytecodeOf({ modules, tests }: PythonSource, python: string): number {
  const minor = Number(python.split('.')[1] ?? 0)
  const growth = growths.reduce((best, next) =>
    Math.abs(next.minor - minor) < Math.abs(best.minor - minor) ? next : best,
  )
  return Math.round(modules * growth.modules + tests * growth.tests)
}
