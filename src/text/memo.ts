import { hash } from 'node:crypto'

/** Does the work when it is first asked for, and gives the same result from then on. A failure stays, too. */
export function lazily<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined
  return () => (result ??= work())
}

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

/**
 * A reader of texts that are often the same, such as the Dockerfiles of a thousand services: each is read once. What is kept of a text
 * is its digest.
 */
export function onceForEachText<Meaning>(read: (text: string) => Promise<Meaning>): (text: string) => Promise<Meaning> {
  return once(text => hash('sha256', text, 'base64'), read)
}

/** Texts that are kept at most: more than all but the largest runs read, at a few dozen megabytes. */
const MOST = 2 ** 17

/**
 * Reads each text once. It may outlive a run, since the text alone decides; it is bounded, and begins anew once it is full.
 * Undefined is not kept: foreign text that means nothing would fill the memory.
 */
export function remembered<Meaning>(read: (text: string) => Meaning): (text: string) => Meaning {
  const known = new Map<string, Meaning>()
  return text => {
    const before = known.get(text)
    if (before !== undefined) return before
    const meaning = read(text)
    if (meaning === undefined) return meaning
    if (known.size >= MOST) known.clear()
    known.set(text, meaning)
    return meaning
  }
}

/** Reads each object once; what was read of it goes when it goes. */
export function onceForEachObject<Read extends object, Meaning>(
  read: (object: Read) => Meaning,
): (object: Read) => Meaning {
  const known = new WeakMap<Read, { readonly meaning: Meaning }>()
  return object => {
    const found = known.get(object) ?? { meaning: read(object) }
    known.set(object, found)
    return found.meaning
  }
}
