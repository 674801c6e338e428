import type { Dirent } from 'node:fs'
import * as disk from 'node:fs/promises'
import { entriesAnswer, errorAnswer, type Found, foundAnswer, namesAnswer } from './answers.ts'
import { isWatched, note, type Question } from './run-notes.ts'

/**
 * The file system as a run asks it, by the names of `node:fs/promises`: whoever watches the run (`watchRun`) hears of every
 * answer. Contents of files come by `files/regular-file.ts`.
 */

export function stat(path: string): Promise<Found> {
  return heard(['stat', path], disk.stat(path), foundAnswer)
}

export function lstat(path: string): Promise<Found> {
  return heard(['lstat', path], disk.lstat(path), foundAnswer)
}

export function realpath(path: string): Promise<string> {
  return heard(['realpath', path], disk.realpath(path), real => real)
}

/** @param mode of `constants` in `node:fs`; left out, whether there is anything */
export function access(path: string, mode = 0): Promise<void> {
  return heard(['access', path, `${mode}`], disk.access(path, mode), () => '')
}

export function readdir(path: string): Promise<string[]>
export function readdir(path: string, options: { readonly withFileTypes: true }): Promise<Dirent[]>
export function readdir(path: string, options?: { readonly withFileTypes: true }): Promise<string[] | Dirent[]> {
  return options
    ? heard(['entries', path], disk.readdir(path, options), entriesAnswer)
    : heard(['names', path], disk.readdir(path), namesAnswer)
}

/** What is asked, of what, and how; see `Look`. */
type Asked = readonly [question: Question, subject: string, argument?: string]

/**
 * Tells of an answer, then gives it.
 * @param answerOf makes the answer of what came back
 * @throws what the system says
 */
export async function heard<Result>(
  [question, subject, argument = '']: Asked,
  asked: Promise<Result>,
  answerOf: (result: Result) => string,
): Promise<Result> {
  if (!isWatched()) return asked
  const look = { note: 'look', question, subject, argument } as const
  try {
    const result = await asked
    note({ ...look, answer: answerOf(result) })
    return result
  } catch (error) {
    note({ ...look, answer: errorAnswer(error) })
    throw error
  }
}
