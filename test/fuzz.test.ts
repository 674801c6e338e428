import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { runs } from './full.ts'
import { fuzzTargets } from './fuzz/targets.ts'

// Enough of each that some are read where one in twenty is; `npm run fuzz` takes as many as are asked for.
const few = new Map([['rewriting', runs(12, 60)]])

test.each(fuzzTargets)('$name', async ({ name, property }) => {
  const outcomes = { read: 0, refused: 0 }
  await fc.assert(
    property(outcome => outcomes[outcome]++),
    { numRuns: few.get(name) ?? runs(300, 600) },
  )
  // A generator all of whose texts are refused, or none, is no test.
  expect(outcomes.read).toBeGreaterThan(0)
})

afterAll(() => Promise.all(fuzzTargets.map(({ close }) => close?.())))
