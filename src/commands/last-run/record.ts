import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Question } from '../../files/machine/run-notes.ts'
import { makePrivateFolder } from '../../files/private.ts'

/** The answer of a run, and what it rests on. */
export interface Kept {
  /** When the run was, and until when the pages count that it used; null: for good. In milliseconds, as `Date.now`. */
  readonly made: number
  readonly until: number | null
  /** What the run asked of the machine: by question and argument, the subjects. */
  readonly looks: readonly Asked[]
  /** Chance, so that the digest confirms no guess that was worked out beforehand. */
  readonly salt: string
  /** Covers what the process was asked and each answer of the machine, in the order of `looks`. The record holds no answer itself. */
  readonly digest: string
  readonly printed: readonly (readonly [stream: 'stdout' | 'stderr', text: string])[]
  readonly exitCode: number
}

/** One question with one argument, about some subjects. */
export type Asked = readonly [question: Question, argument: string, subjects: readonly string[]]

/** Changes with the form of a record. */
const FORMAT = 'torchpin-last-run-1\n'

/** The largest record that is kept, in bytes; most records, and bytes of all; and how many are left when there are more. */
const LARGEST = 16 * 2 ** 20
const MOST = 200
const MOST_BYTES = 64 * 2 ** 20

/** Of facts and answers, one after the other. */
export function digestOf(salt: string, facts: string, answers: Iterable<string>): string {
  const hash = createHash('sha256').update(salt)
  let pieces = `${facts.length} ${facts}`
  for (const answer of answers) {
    pieces += `\n${answer.length} ${answer}`
    if (pieces.length < 65_536) continue
    hash.update(pieces)
    pieces = ''
  }
  return hash.update(pieces).digest('hex')
}

/** Reads a record. @returns undefined where there is none, or one that is damaged, of another form or of another user */
export function readRecord(folder: string, name: string): Kept | undefined {
  try {
    const text = readOwn(join(folder, name)).toString('utf8')
    const start = FORMAT.length + 65
    const body = text.slice(start)
    return text.slice(0, start) === `${FORMAT}${checksum(body)}\n` ? (JSON.parse(body) as Kept) : undefined
  } catch {
    return undefined
  }
}

/** Keeps a record, for this user alone, and clears the oldest away where there are too many. What cannot be written is not kept. */
export function writeRecord(folder: string, name: string, kept: Kept): void {
  const draft = join(folder, `.${process.pid}-${randomBytes(6).toString('hex')}`)
  const body = JSON.stringify(kept)
  if (Buffer.byteLength(body) > LARGEST) return
  try {
    makePrivateFolder(folder)
    writeFileSync(draft, `${FORMAT}${checksum(body)}\n${body}`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, join(folder, name))
    prune(folder)
  } catch {
    rmSync(draft, { force: true })
  }
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

/** A pipe that lies there does not make it wait, and no file is read without end. */
function readOwn(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const found = fstatSync(file)
    const own = process.getuid === undefined || found.uid === process.getuid()
    if (!found.isFile() || !own || found.size > LARGEST + 1024) throw new Error('unfit')
    const bytes = Buffer.allocUnsafe(found.size)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, length)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

/** The oldest go first; drafts of runs that were killed among them. */
function prune(folder: string): void {
  const names = readdirSync(folder)
  const files = names.flatMap(name => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    return found?.isFile() ? [{ name, size: found.size, time: found.mtimeMs }] : []
  })
  let bytes = 0
  for (const [i, { name, size }] of files.sort((a, b) => b.time - a.time).entries()) {
    bytes += size
    if (i >= MOST || bytes > MOST_BYTES) rmSync(join(folder, name), { force: true })
  }
}
