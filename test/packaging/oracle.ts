import { readFileSync } from 'node:fs'

/** What pypa/packaging answered: one row a case, and what all rows share. `fixtures/oracle/make.py` writes the tables. */
export function oracle<Row, Shared = object>(
  name: string,
): { readonly packaging: string; readonly cases: readonly Row[] } & Shared {
  return JSON.parse(readFileSync(new URL(`../../fixtures/oracle/${name}.json`, import.meta.url), 'utf8'))
}

/** What a function throws, or what it gives. */
export function attempt<T>(work: () => T): T | Error {
  try {
    return work()
  } catch (error) {
    return error as Error
  }
}
