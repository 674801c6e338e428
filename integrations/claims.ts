import { isDeepStrictEqual } from 'node:util'

/** Prints a claim, and whether what was seen is what was expected. */
export type Holds = (claim: string, seen: unknown, expected: unknown) => void

let failed = 0

/** Looks at one claim after the other, and goes on after one that does not hold. */
export const holds: Holds = (claim, seen, expected) => {
  const same = isDeepStrictEqual(seen, expected)
  console.log(`  ${same ? 'ok ' : 'NOT'} ${claim}`)
  if (same) return
  failed++
  console.log(`      expected ${JSON.stringify(expected)}\n      seen     ${JSON.stringify(seen)}`)
}

/** Claims so far that did not hold. */
export const failures = (): number => failed

/** Prints what it came to; the process fails where a claim did not hold. */
export function conclude(): void {
  console.log(failed === 0 ? '\nall as expected' : `\n${failed} not as expected`)
  process.exitCode = failed === 0 ? 0 : 1
}
