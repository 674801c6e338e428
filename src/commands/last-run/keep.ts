import { randomBytes } from 'node:crypto'
import { type Look, type Question, type RunNote, watchRun } from '../../files/machine/run-notes.ts'
import type { AskedOfProcess } from './question.ts'
import { type Asked, digestOf, writeRecord } from './record.ts'

/** Looks of one run that are kept: a repository with thousands of files has fewer. */
const MOST_LOOKS = 500_000

/** Exit codes of runs that came to an answer: nothing to say, or findings. */
const answered = new Set([0, 1])

/**
 * Listens to the run of this process, and keeps its answer when it ends, unless the run did something that must be done anew
 * each time, or found the same file in two states. A run that breaks off keeps nothing.
 */
export function keepAnswer({ folder, name, facts }: AskedOfProcess): void {
  const made = Date.now()
  const looks = new Map<string, Look>()
  const printed: (readonly ['stdout' | 'stderr', string])[] = []
  const expanded = new Set<string>()
  let until = Number.POSITIVE_INFINITY
  let repeatable = true
  const listen: Readonly<{ [Kind in RunNote['note']]: (note: Extract<RunNote, { note: Kind }>) => void }> = {
    look(look) {
      const key = `${look.question}\0${look.argument}\0${look.subject}`
      const earlier = looks.get(key)
      if (earlier === undefined && looks.size < MOST_LOOKS) looks.set(key, look)
      else if (earlier?.answer !== look.answer) repeatable = false
    },
    fresh(page) {
      until = Math.min(until, page.until)
    },
    unrepeatable() {
      repeatable = false
    },
    expanded({ value }) {
      expanded.add(value)
    },
    printed({ stream, again }) {
      if (again !== '') printed.push([stream, again])
    },
    end({ exitCode }) {
      if (!repeatable || !answered.has(exitCode) || until <= Date.now()) return
      const { asked, answers } = arranged(looks.values())
      const salt = randomBytes(16).toString('hex')
      const digest = digestOf(salt, facts, answers)
      const end = Number.isFinite(until) ? until : null
      // A path may have a token in it: `-r ${TOKEN}.txt`.
      const texts = [...asked.flatMap(([, , subjects]) => subjects), ...printed.flat()]
      if ([...expanded].some(value => texts.some(text => text.includes(value)))) return
      writeRecord(folder, name, { made, until: end, looks: asked, salt, digest, printed, exitCode })
    },
  }
  watchRun(what => {
    // Nothing more is gathered of a run whose answer is not kept.
    if (repeatable) (listen[what.note] as (what: RunNote) => void)(what)
  })
}

/** Looks by question and argument, and their answers in that order. */
function arranged(looks: Iterable<Look>): { readonly asked: readonly Asked[]; readonly answers: readonly string[] } {
  const groups = new Map<string, { question: Question; argument: string; looks: Look[] }>()
  for (const look of looks) {
    const { question, argument } = look
    const key = `${question}\0${argument}`
    const group = groups.get(key) ?? { question, argument, looks: [] }
    groups.set(key, group)
    group.looks.push(look)
  }
  const all = [...groups.values()]
  return {
    asked: all.map(({ question, argument, looks }) => [question, argument, looks.map(({ subject }) => subject)]),
    answers: all.flatMap(({ looks }) => looks.map(({ answer }) => answer)),
  }
}
