/** A reader or a writer of foreign text, and an input made to cost it most. */
export interface Row {
  readonly id: string
  readonly size: number
  /** Makes the input of a size, which is not measured, and gives the work on it. */
  readonly prepare: (size: number) => () => unknown
}

/**
 * @param size of the inputs, in whatever `input` counts: half of it and twice as much are read
 * @param input the input of a size
 * @param read what is measured; it may refuse the input by throwing
 */
export function row<Input>(
  id: string,
  size: number,
  input: (size: number) => Input,
  read: (input: Input) => unknown,
): Row {
  return {
    id,
    size,
    prepare(size) {
      const made = input(size)
      return () => read(made)
    },
  }
}

/** Tries of each size. More are made while the best ones are still too far apart: what else goes on only ever adds time. */
const [FEWEST, MOST] = [2, 9]
/** Milliseconds. What takes less for the largest size costs nothing that matters, and is too little to compare. */
const NOTHING = 4
/** Milliseconds, long against what the clock of the processor's time counts in, which on some machines is 10. */
const LONG = 40

/**
 * How many times as much processor time an input of twice the size takes, measured over two doublings: 2 of what is linear, 4 of
 * what is quadratic. Where it seems too much, inputs four times as large are measured too, and the lesser growth counts: memory
 * that no longer fits a cache of the processor makes a step, and what is quadratic is so before the step and behind it.
 */
export async function growthOf(row: Row, limit: number): Promise<number> {
  const growth = await growthFrom(row, row.size / 2, limit)
  return growth < limit ? growth : Math.min(growth, await growthFrom(row, row.size * 2, limit))
}

async function growthFrom({ prepare }: Row, smallest: number, limit: number): Promise<number> {
  const works = [prepare(Math.ceil(smallest)), prepare(4 * smallest)]
  // Once for nothing: the first run is that of the compiler.
  await done(works[0]!)
  if ((await processorTimeOf(works[1]!)) < NOTHING) return 0
  const best = works.map(() => Number.POSITIVE_INFINITY)
  let growth = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < MOST && (tries < FEWEST || growth >= limit); tries++) {
    for (const [i, work] of works.entries()) best[i] = Math.min(best[i]!, await processorTimeOf(work))
    growth = Math.sqrt(best[1]! / best[0]!)
  }
  return growth
}

/** In milliseconds, the mean of as many runs as are long together: a single short one is 0 or 10 to a coarse clock. */
async function processorTimeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  for (let runs = 1; ; runs++) {
    await done(work)
    const { user, system } = process.cpuUsage(before)
    const spent = (user + system) / 1000
    if (spent >= LONG) return spent / runs
  }
}

async function done(work: () => unknown): Promise<void> {
  try {
    await work()
  } catch {
    // A refusal is an answer too, if it comes in time.
  }
}
