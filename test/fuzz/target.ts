import fc from 'fast-check'

/** What comes of an input: it is read, or refused in the way that its reader promises. */
export type Outcome = 'read' | 'refused'

/** A reader, what it is given, and what has to hold whatever that is. */
export interface FuzzTarget {
  readonly name: string
  /** @param seen is told what became of each input */
  property(seen: (outcome: Outcome) => void): fc.IRawProperty<unknown>
  /** Ends what the target has started. */
  close?(): Promise<void>
}

/** @param look throws where something does not hold */
export function target<Input>(name: string, inputs: fc.Arbitrary<Input>, look: (input: Input) => Outcome): FuzzTarget {
  return { name, property: seen => fc.property(inputs, input => void seen(look(input))) as fc.IRawProperty<unknown> }
}

/** As `target`, of a reader that takes its time. */
export function asyncTarget<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  look: (input: Input) => Promise<Outcome>,
  close?: () => Promise<void>,
): FuzzTarget {
  return {
    name,
    property: seen =>
      fc.asyncProperty(inputs, async input => void seen(await look(input))) as unknown as fc.IRawProperty<unknown>,
    ...(close && { close }),
  }
}

/** Whether some work refuses its input by throwing an error of a kind; any other error is a failure. */
export function outcomeOf(work: () => void, isRefusal: (error: unknown) => boolean): Outcome {
  try {
    work()
    return 'read'
  } catch (error) {
    if (isRefusal(error)) return 'refused'
    throw error
  }
}

export async function outcomeOfAsync(
  work: () => Promise<void>,
  isRefusal: (error: unknown) => boolean,
): Promise<Outcome> {
  try {
    await work()
    return 'read'
  } catch (error) {
    if (isRefusal(error)) return 'refused'
    throw error
  }
}
