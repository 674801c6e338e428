import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** `.requirements.txt.4711-9f86d081.torchpin`: the name of the file, of the process, and chance. */
const draftName = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.torchpin$/s

/** The path of a draft beside a file, which is made with the flag `wx`: nobody can have laid a link there before. */
export function draftFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.torchpin`)
}

/** Of the name of a draft, the name of its file and the process that made it; undefined of any other name. */
export function readDraftName(name: string): { readonly of: string; readonly pid: number } | undefined {
  const [, of, pid] = draftName.exec(name) ?? []
  return of === undefined ? undefined : { of, pid: Number(pid) }
}
