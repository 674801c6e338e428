import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import {
  contentAnswer,
  entriesAnswer,
  errorAnswer,
  foundAnswer,
  matchingAnswer,
  namesAnswer,
  storedAnswer,
  variableAnswer,
} from '../../files/machine/answers.ts'
import type { Question } from '../../files/machine/run-notes.ts'
import { readBeginningSync, readRegularSync } from '../../files/regular-file.ts'
import type { Asked } from './record.ts'

/** Asks the machine what a run asked it: the answers, in order. */
export function* answersNow(looks: readonly Asked[]): Generator<string> {
  const names = namesOnce()
  for (const [question, argument, subjects] of looks) {
    const answer = askers(names)[question](argument)
    for (const subject of subjects) {
      try {
        yield answer(subject)
      } catch (error) {
        yield errorAnswer(error)
      }
    }
  }
}

type Asker = (argument: string) => (subject: string) => string

/** How each question is answered; as `machine/files.ts` and `files/` do it for a run. */
function askers(names: (folder: string) => readonly string[]): Readonly<Record<Question, Asker>> {
  return {
    stat: () => path => foundAnswer(statSync(path)),
    lstat: () => path => foundAnswer(lstatSync(path)),
    realpath: () => path => realpathSync.native(path),
    names: () => path => namesAnswer(readdirSync(path)),
    entries: () => path => entriesAnswer(readdirSync(path, { withFileTypes: true })),
    has: () => path => `${names(dirname(path)).includes(basename(path))}`,
    matching: argument => {
      const [, flags = '', source = ''] = /^([a-z]*)\/(.*)$/s.exec(argument) ?? []
      const pattern = new RegExp(source, flags)
      return path => matchingAnswer(names(path), pattern)
    },
    whole: limit => path => contentAnswer(readRegularSync(path, Number(limit))),
    beginning: limit => path => contentAnswer(readBeginningSync(path, Number(limit))),
    stored: () => storedAnswer,
    variable: () => name => variableAnswer(process.env[name]),
    variables: () => prefix => namesAnswer(Object.keys(process.env).filter(name => name.startsWith(prefix))),
  }
}

/** The names in a folder, read once; none where it cannot be read. */
function namesOnce(): (folder: string) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  const read = (folder: string) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  }
  return folder => {
    const names = known.get(folder) ?? read(folder)
    known.set(folder, names)
    return names
  }
}
