import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { isPrivateFolder, makePrivateFolder, readPrivateSync } from '../../files/private.ts'

/** Far more than V8 makes of the whole bundle, in bytes. */
const LARGEST = 32 * 2 ** 20
/** Entries that a folder holds at most: a few commands of a few versions, of 1 to 2 MB each. */
const MOST = 16
/** Checksum, 4 bytes of nothing, bytes of bytecode; 16 bytes, for V8 copies code that does not begin at a multiple of eight. */
const HEAD = 16

/** What V8 compiled of a script in an earlier run. */
export interface CompiledCode {
  readonly code: Buffer
  /** How much bytecode that run had in the end, in bytes: a run that has more has used functions that are not in `code`. */
  readonly bytecode: number
}

/**
 * Reads compiled code. V8 runs what it is given without a look, so code counts only where nobody but this user can have
 * written it: the folder and the file are the user's own, closed to everybody else, and no links.
 *
 * @returns undefined where there is none, where it is damaged, or where somebody else may have written it
 */
export function readCode(folder: string, name: string): CompiledCode | undefined {
  try {
    if (!isPrivateFolder(folder)) return undefined
    const bytes = readPrivateSync(join(folder, name), LARGEST)
    if (bytes.length <= HEAD || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined
    return { code: bytes.subarray(HEAD), bytecode: bytes.readDoubleLE(8) }
  } catch {
    return undefined
  }
}

/** Keeps compiled code, and lets go of the oldest where there is much. What cannot be kept is compiled again. */
export function keepCode(folder: string, name: string, { code, bytecode }: CompiledCode): void {
  const head = Buffer.alloc(HEAD)
  head.writeDoubleLE(bytecode, 8)
  const bytes = Buffer.concat([head, code])
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0)
  const draft = join(folder, `${name}.${process.pid}`)
  try {
    makePrivateFolder(folder)
    if (!isPrivateFolder(folder)) return
    prune(folder)
    writeFileSync(draft, bytes, { mode: 0o600, flag: 'wx' })
    renameSync(draft, join(folder, name))
  } catch {
    discard(draft)
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { force: true })
  } catch {
    // There is not even a folder that it could be in.
  }
}

/** Drafts that a killed run left go the same way. */
function prune(folder: string): void {
  const entries = readdirSync(folder).map(name => join(folder, name))
  if (entries.length < MOST) return
  const written = new Map(entries.map(path => [path, statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0]))
  const newestFirst = entries.sort((a, b) => written.get(b)! - written.get(a)!)
  for (const path of newestFirst.slice(MOST - 1)) rmSync(path, { force: true })
}
