import { accessSync, type Dirent, lstatSync, realpathSync, statSync } from 'node:fs'
import { readdir as list } from 'node:fs/promises'
import { entriesAnswer, errorAnswer, type Found, foundAnswer, namesAnswer } from './answers.ts'
import { isWatched, note, type Question } from './run-notes.ts'

/**
 * The file system as a run asks it, by the names of `node:fs/promises`: whoever watches the run (`watchRun`) hears of every
 * answer. Contents of files come by `files/regular-file.ts`.
 *
 * Where only one path is looked at the system is asked at once: that takes a few microseconds, having another thread ask it twenty times
 * as long. Listing a folder gives way to others meanwhile.
 */

export function stat(path: string): Promise<Found> {
  return heard(['stat', path], () => statSync(path), foundAnswer)
}

export function lstat(path: string): Promise<Found> {
  return heard(['lstat', path], () => lstatSync(path), foundAnswer)
}

export function realpath(path: string): Promise<string> {
  return heard(
    ['realpath', path],
    () => realpathSync.native(path),
    real => real,
  )
}

/** @param mode of `constants` in `node:fs`; left out, whether there is anything */
export function access(path: string, mode = 0): Promise<void> {
  return heard(
    ['access', path, `${mode}`],
    () => accessSync(path, mode),
    () => '',
  )
}

export function readdir(path: string): Promise<string[]>
export function readdir(path: string, options: { readonly withFileTypes: true }): Promise<Dirent[]>
export function readdir(path: string, options?: { readonly withFileTypes: true }): Promise<string[] | Dirent[]> {
  return options
    ? heard(['entries', path], () => list(path, options), entriesAnswer)
    : heard(['names', path], () => list(path), namesAnswer)
}

/** What is asked, of what, and how; see `Look`. */
type Asked = readonly [question: Question, subject: string, argument?: string]

/**
 * Asks, tells of the answer, then gives it.
 * @param answerOf makes the answer of what came back
 * @throws what the system says
 */
export async function heard<Result>(
  [question, subject, argument = '']: Asked,
  ask: () => Result | Promise<Result>,
  answerOf: (result: Result) => string,
): Promise<Result> {
  if (!isWatched()) return ask()
  const look = { note: 'look', question, subject, argument } as const
  try {
    const result = await ask()
    note({ ...look, answer: answerOf(result) })
    return result
  } catch (error) {
    note({ ...look, answer: errorAnswer(error) })
    throw error
  }
}
