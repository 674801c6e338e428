import fc from 'fast-check'
import type { FuzzTarget, Outcome } from '../../test/fuzz/target.ts'

/** Some inputs of a target, one after the other. */
export interface Round {
  readonly inputs: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Milliseconds that the slowest input took, with its making. */
  readonly slowest: number
  /** The shrunk input that fails, and how it comes back. */
  readonly failure?: string
}

/** Inputs of one round. */
export const roundSize = 1000

/** Gives a target its inputs, round by round; each has a seed of its own, so that it can be had alone. It ends with a failure. */
export async function* roundsOf(target: FuzzTarget, inputs: number, seed: number): AsyncGenerator<Round> {
  for (let done = 0; done < inputs; done += roundSize) {
    const outcomes = { read: 0, refused: 0 }
    let slowest = 0
    let last = performance.now()
    const property = target.property(outcome => {
      outcomes[outcome]++
      const now = performance.now()
      slowest = Math.max(slowest, now - last)
      last = now
    })
    const numRuns = Math.min(roundSize, inputs - done)
    const details = await fc.check(property, { numRuns, seed: seed + done / roundSize })
    const failure = details.failed ? { failure: await fc.asyncDefaultReportMessage(details) } : {}
    yield { inputs: details.numRuns, outcomes, slowest, ...failure }
    if (details.failed) break
  }
  await target.close?.()
}
