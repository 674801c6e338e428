import { type WorstCase, worstCases } from './worst-cases.ts'

/** How an expression takes its worst input. */
export interface Measured {
  readonly growth: 'linear' | 'polynomial' | 'exponential'
  /** The input, as it is put together; undefined where none took long. */
  readonly worst: WorstCase | undefined
  /** Milliseconds for the length it was measured at. */
  readonly time: number
  readonly length: number
  readonly inputs: number
}

/** Short lengths, each so little longer that what doubles with each letter takes at most eight times the limit when it shows. */
const short = Array.from({ length: 47 }, (_, i) => ({ length: 16 + 3 * i, limit: 2, growth: 'exponential' as const }))

/** Lengths of inputs, and milliseconds that no linear search of one takes: what is cubic shows at the first long one. */
const steps = [
  ...short,
  { length: 300, limit: 4, growth: 'polynomial' },
  // What is quadratic mostly shows here, in a tenth of the time that it takes at the next length.
  { length: 3_000, limit: 8, growth: 'polynomial' },
  { length: 10_000, limit: 8, growth: 'polynomial' },
] as const
/** A loop with a bound (`{0,255}`) takes long, but not longer than twice as long for twice the length. */
const SUPERLINEAR = 2.8

/** Tries an expression on the inputs made for it, short ones first. */
export function measure(source: string, flags: string): Measured {
  const expression = new RegExp(source, flags)
  const cases = worstCases(source, flags)
  for (const { length, limit, growth } of steps)
    for (const worst of cases) {
      const text = textOf(worst, length)
      if (timeOf(expression, text) < limit) continue
      // What is exponential would not end for twice the length.
      const twice = textOf(worst, growth === 'exponential' ? length + 2 * worst.pump.length : 2 * length)
      const time = bestOf(expression, text)
      if (time < limit || bestOf(expression, twice) < SUPERLINEAR * time) continue
      return { growth, worst, time, length, inputs: cases.length }
    }
  return { growth: 'linear', worst: undefined, time: 0, length: steps.at(-1)!.length, inputs: cases.length }
}

export function textOf({ before, pump, behind }: WorstCase, length: number): string {
  return before + pump.repeat(Math.ceil(length / pump.length)) + behind
}

/** What else goes on only ever adds time, so that the least of many tries is that of the expression. */
function bestOf(expression: RegExp, text: string): number {
  return Math.min(...Array.from({ length: 6 }, () => timeOf(expression, text)))
}

/** A search for all matches where the expression is used for that, else for the first. */
function timeOf(expression: RegExp, text: string): number {
  const started = performance.now()
  expression.lastIndex = 0
  if (expression.global) text.replace(expression, '')
  else expression.exec(text)
  return performance.now() - started
}
