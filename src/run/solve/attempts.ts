/**
 * Asks in one way after the other until there is an answer.
 *
 * @param attempts what is asked each time, the best first; at least one
 * @returns the first that is an answer; else what came of the last attempt
 */
export async function firstAnswer<Attempt, Found>(
  attempts: readonly Attempt[],
  ask: (attempt: Attempt) => Promise<Found>,
  isAnswer: (found: Found) => boolean,
): Promise<Found> {
  let found: Found | undefined
  for (const attempt of attempts) {
    found = await ask(attempt)
    if (isAnswer(found)) break
  }
  return found!
}
