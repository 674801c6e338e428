import { randomBytes } from 'node:crypto'
import { type Question, type RunNote, watchRun } from '../../files/machine/run-notes.ts'
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
  const looks: Looks = new Map()
  let looked = 0
  const printed: (readonly ['stdout' | 'stderr', string])[] = []
  const expanded = new Set<string>()
  let until = Number.POSITIVE_INFINITY
  let repeatable = true
  const listen: Readonly<{ [Kind in RunNote['note']]: (note: Extract<RunNote, { note: Kind }>) => void }> = {
    look({ question, argument, subject, answer }) {
      const answers = answersTo(looks, question, argument)
      const earlier = answers.get(subject)
      if (earlier === undefined && looked++ < MOST_LOOKS) answers.set(subject, answer)
      else if (earlier !== answer) repeatable = false
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
      const { asked, answers } = arranged(looks)
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

/** What the machine answered, by question, argument and subject. No key is put together for a look: a run has thousands. */
type Looks = Map<Question, Map<string, Map<string, string>>>

function answersTo(looks: Looks, question: Question, argument: string): Map<string, string> {
  const byArgument = looks.get(question) ?? new Map<string, Map<string, string>>()
  looks.set(question, byArgument)
  const answers = byArgument.get(argument) ?? new Map<string, string>()
  byArgument.set(argument, answers)
  return answers
}

/** What was asked, and the answers in that order. */
function arranged(looks: Looks): { readonly asked: readonly Asked[]; readonly answers: readonly string[] } {
  const groups = [...looks].flatMap(([question, byArgument]) =>
    [...byArgument].map(([argument, answers]) => ({ question, argument, answers })),
  )
  return {
    asked: groups.map(({ question, argument, answers }) => [question, argument, [...answers.keys()]]),
    answers: groups.flatMap(({ answers }) => [...answers.values()]),
  }
}
