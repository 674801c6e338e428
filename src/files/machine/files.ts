import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { entriesAnswer, errorAnswer, type Found, foundAnswer, namesAnswer } from './answers.ts'
import { isWatched, note, type Question } from './run-notes.ts'

/**
 * The file system as a run asks it, by the names of `node:fs/promises`: whoever watches the run (`watchRun`) hears of every
 * answer. Contents of files come by `files/regular-file.ts`.
 *
 * The system is asked at once: that takes a few microseconds, having another thread ask it twenty times as long. Callers that list
 * thousands of folders yield in between.
 */

export async function stat(path: string): Promise<Found> {
  return heard(['stat', path], () => statSync(path), foundAnswer)
}

export async function lstat(path: string): Promise<Found> {
  return heard(['lstat', path], () => lstatSync(path), foundAnswer)
}

export async function realpath(path: string): Promise<string> {
  return heard(
    ['realpath', path],
    () => realpathSync.native(path),
    real => real,
  )
}

export async function readdir(path: string): Promise<string[]>
export async function readdir(path: string, options: { readonly withFileTypes: true }): Promise<Dirent[]>
export async function readdir(path: string, options?: { readonly withFileTypes: true }): Promise<string[] | Dirent[]> {
  return options
    ? heard(['entries', path], () => readdirSync(path, options), entriesAnswer)
    : heard(['names', path], () => readdirSync(path), namesAnswer)
}

/** What is asked, of what, and how; see `Look`. */
type Asked = readonly [question: Question, subject: string, argument?: string]

/**
 * Asks, tells of the answer, then gives it.
 * @param answerOf makes the answer of what came back
 * @throws what the system says
 */
export function heard<Result>(
  [question, subject, argument = '']: Asked,
  ask: () => Result,
  answerOf: (result: Result) => string,
): Result {
  if (!isWatched()) return ask()
  const tell = (answer: string) => note({ note: 'look', question, subject, argument, answer })
  try {
    const result = ask()
    tell(answerOf(result))
    return result
  } catch (error) {
    tell(errorAnswer(error))
    throw error
  }
}
