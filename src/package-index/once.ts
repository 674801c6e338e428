/** Asks each question once, side by side too. An answer that fails is not kept. */
export function once<Question, Answer>(
  key: (question: Question) => string,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>()
  return question => {
    const id = key(question)
    const known = asked.get(id)
    if (known) return known
    const answer = ask(question)
    asked.set(id, answer)
    answer.catch(() => asked.delete(id))
    return answer
  }
}
