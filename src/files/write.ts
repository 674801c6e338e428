import { constants } from 'node:fs'
import { access, chmod, chown, link, lstat, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { draftFor, isAbandoned, readDraftName } from './drafts.ts'
import { unrepeatable } from './machine/run-notes.ts'
import { readRegular } from './regular-file.ts'
import { replaceFile } from './replace.ts'

/** New contents for a file, and what it held when it was read: nothing where there was no such file. */
export interface FileChange {
  readonly absolute: string
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array
}

/** A change whose new contents lie ready beside the file. */
interface Prepared extends FileChange {
  /** Links followed: the file that is replaced. */
  readonly target: string
  readonly temporary: string
}

/**
 * Writes files, all or none: new contents are laid beside every file first, every file is looked at once more, then all are
 * put in place by renaming. Mode and owner stay, and a link stays a link. A new file never takes the place of one that has
 * come into being since. What an earlier run that was killed left lying beside these files is cleared away.
 *
 * write-file-atomic does this for one file and cannot stop between laying and renaming, so it is of no use here.
 *
 * @throws TorchpinError FILE_CHANGED when a file is no longer as it was read, FILE_UNWRITABLE; every file is as it was then
 */
export async function writeAll(changes: readonly FileChange[]): Promise<void> {
  if (changes.length > 0) unrepeatable('files were written')
  const prepared: Prepared[] = []
  const done: Prepared[] = []
  try {
    await clearLeftovers(changes.map(({ absolute }) => absolute))
    for (const change of changes) prepared.push(await prepare(change))
    for (const change of prepared) await refuseChanged(change)
    for (const change of prepared) {
      // Another run may be at the same files.
      await refuseChanged(change)
      await putInPlace(change)
      done.push(change)
    }
  } catch (error) {
    const failed = await restore(done)
    if (failed.length > 0)
      throw new TorchpinError(
        'FILE_UNWRITABLE',
        `${(error as Error).message}; the old contents could not be put back in ${failed.join(', ')}`,
        {
          cause: error,
        },
      )
    throw error
  } finally {
    await Promise.all(prepared.filter(change => !done.includes(change)).map(({ temporary }) => discard(temporary)))
  }
}

/** A rename replaces what is there; a link refuses to, and so it is for new files. */
async function putInPlace({ absolute, before, temporary, target }: Prepared): Promise<void> {
  try {
    if (before) return await replaceFile(temporary, target)
    await link(temporary, target).catch(cause => {
      // A file system without links; that nothing is there was looked at just now.
      if (/^(?:EPERM|ENOTSUP|ENOSYS|EOPNOTSUPP)$/.test(cause.code)) return rename(temporary, target)
      throw cause
    })
    await discard(temporary)
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? changed(absolute) : unwritable(absolute, cause)
  }
}

async function prepare(change: FileChange): Promise<Prepared> {
  const { absolute, before, after } = change
  try {
    if (!before) {
      const target = join(await realpath(dirname(absolute)), basename(absolute))
      return { ...change, target, temporary: await layNew(target, after) }
    }
    const target = await realpath(absolute)
    // A rename would succeed, against the will of whoever took the permission away.
    await access(target, constants.W_OK)
    return { ...change, target, temporary: await layBeside(target, after) }
  } catch (cause) {
    throw unwritable(absolute, cause)
  }
}

/** As any program makes a file: the umask and the folder decide on mode and owner. */
async function layNew(target: string, contents: Uint8Array): Promise<string> {
  const temporary = draftFor(target)
  try {
    await writeNew(temporary, contents, 0o666)
    return temporary
  } catch (error) {
    await discard(temporary)
    throw error
  }
}

/** Writes a file that was not there, on the disk for good. */
async function writeNew(path: string, contents: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(contents)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes contents to a new file in the folder of `target`, with the mode and owner of `target`. */
async function layBeside(target: string, contents: Uint8Array): Promise<string> {
  const temporary = draftFor(target)
  const { mode, uid, gid } = await stat(target)
  try {
    await writeNew(temporary, contents, mode & 0o7777)
    const made = await stat(temporary)
    // Only a superuser may give a file away; for others the file becomes the writer's own, as with any editor.
    if (made.uid !== uid || made.gid !== gid) await chown(temporary, uid, gid).catch(() => undefined)
    // The umask may have taken bits away, and a change of owner does.
    await chmod(temporary, mode & 0o7777)
    return temporary
  } catch (error) {
    await discard(temporary)
    throw error
  }
}

async function refuseChanged({ absolute, target, before }: Prepared): Promise<void> {
  if (!before) {
    if (await lstat(target).catch(() => undefined)) throw changed(absolute)
    return
  }
  const now = await readRegular(target).catch(() => undefined)
  if (!now || Buffer.compare(now, before) !== 0) throw changed(absolute)
}

function changed(absolute: string): TorchpinError {
  return new TorchpinError('FILE_CHANGED', `${absolute} has changed since it was read`, { hint: 'run again' })
}

/** Puts the old contents back; gives the files where that fails. */
async function restore(done: readonly Prepared[]): Promise<string[]> {
  const failed: string[] = []
  for (const { absolute, target, before } of done.toReversed()) {
    try {
      if (before) await replaceFile(await layBeside(target, before), target)
      else await unlink(target)
    } catch {
      failed.push(absolute)
    }
  }
  return failed
}

/** Takes away what runs that were killed laid beside these files. */
export async function clearLeftovers(paths: readonly string[]): Promise<void> {
  const targets = await Promise.all(paths.map(path => realpath(path).catch(() => path)))
  for (const folder of new Set(targets.map(target => dirname(target)))) {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const draft = readDraftName(name)
      const path = join(folder, name)
      if (draft && targets.includes(join(folder, draft.of)) && (await isAbandoned(path, draft.pid))) await discard(path)
    }
  }
}

async function discard(path: string): Promise<void> {
  unrepeatable('what a run left behind was cleared away')
  await unlink(path).catch(() => undefined)
}

function unwritable(absolute: string, cause: unknown): TorchpinError {
  if (cause instanceof TorchpinError) return cause
  const code = (cause as NodeJS.ErrnoException).code
  return new TorchpinError('FILE_UNWRITABLE', `${absolute} cannot be written (${code ?? cause})`, {
    cause,
    // What a file mounted on its own into a container answers to a rename.
    ...(code === 'EBUSY' && { hint: 'mount its folder, not the file alone' }),
  })
}
