import type { Stats } from 'node:fs'
import { chmod, lstat, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { draftFor } from '../files/drafts.ts'
import { leadsOut } from '../files/folders.ts'
import { unrepeatable } from '../files/machine/run-notes.ts'

/** Standard streams and what a shell opens for `>(…)`: they are written as they are. */
const streams = /^\/dev\/(?:stdout|stderr|null|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/

/** Files that torchpin, git, Docker, pip, uv and Poetry read because of their names. */
const meaningful =
  /^(?:torchpin\.toml|pyproject\.toml|uv\.(?:toml|lock)|poetry\.(?:toml|lock)|pylock(?:\..+)?\.toml|pip\.(?:conf|ini)|setup\.(?:py|cfg)|(?:.*\.)?(?:Dockerfile|Containerfile)|(?:Dockerfile|Containerfile)\..*|.*\.dockerignore|\.git.*|\.python-versions?|runtime\.txt|\.tool-versions|environment\.ya?ml|Procfile|\.?renovate(?:rc)?(?:\.json5?)?|\.?netrc|_netrc|\.env|.*\.(?:py|whl))$/i
/** As in a folder of requirements files. */
const requirements = /(?:requirements?|(?:^|[-_.])(?:constraints?|reqs?)(?=[-_.])).*\.(?:txt|in)$/i

/**
 * Writes a report to a file. It is laid beside the file and put in its place by renaming: another name of the file that was
 * there, by a hard link, keeps what it had, and a link is replaced and not followed.
 *
 * @throws TorchpinError BAD_OPTION for a name that stands for something else, and for what is no regular file; FILE_OUTSIDE for
 *   a link out of the repository; FILE_UNWRITABLE
 */
export async function writeReport(file: string, text: string): Promise<void> {
  unrepeatable('a report was written')
  try {
    if (streams.test(file)) return await writeStream(file, text)
    refuseMeaningful(file)
    const found = await lstat(file).catch(() => undefined)
    if (found) await refuseUnfit(file)
    await put(file, text, found)
  } catch (error) {
    if (error instanceof TorchpinError) throw error
    const cause = error as NodeJS.ErrnoException
    throw new TorchpinError('FILE_UNWRITABLE', `the report cannot be written to ${file}`, {
      hint: cause.code === 'ENOENT' ? 'make its folder first' : 'give permission, or name another file',
      cause,
    })
  }
}

/** The paths of the standard streams cannot be opened if these are sockets, as they are below some programs. */
async function writeStream(path: string, text: string): Promise<void> {
  const stream = /stdout$|fd\/1$/.test(path) ? process.stdout : /stderr$|fd\/2$/.test(path) ? process.stderr : undefined
  if (!stream) return writeFile(path, text)
  await new Promise<void>((done, failed) => stream.write(text, error => (error ? failed(error) : done())))
}

function refuseMeaningful(file: string): void {
  const path = resolve(file)
  const name = basename(path)
  const inGit = dirname(path)
    .split(/[\\/]/)
    .some(folder => /^\.git$/i.test(folder))
  if (!inGit && !meaningful.test(name) && !requirements.test(name)) return
  throw new TorchpinError(
    'BAD_OPTION',
    `--output would write its report to ${file}, a name that stands for something else`,
    {
      hint: 'name another file, such as torchpin-report.json',
    },
  )
}

async function refuseUnfit(file: string): Promise<void> {
  if (await leadsOut(resolve(file)))
    throw new TorchpinError('FILE_OUTSIDE', `--output would replace ${file}, a link out of the repository`, {
      hint: 'name the file that it leads to, or another one',
    })
  const found = await stat(file).catch(() => undefined)
  if (found && !found.isFile())
    throw new TorchpinError('BAD_OPTION', `--output would write its report to ${file}, which is no regular file`, {
      hint: 'name another file',
    })
}

async function put(file: string, text: string, found: Stats | undefined): Promise<void> {
  const draft = draftFor(resolve(file))
  try {
    await writeFile(draft, text, { flag: 'wx' })
    if (found?.isFile()) await chmod(draft, found.mode & 0o7777)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    // A file that is mounted on its own into a container, or stands in a folder where nothing new may: it alone can change.
    const { code = '' } = error as NodeJS.ErrnoException
    if (!/^(?:EBUSY|EACCES|EPERM|EROFS|ENAMETOOLONG)$/.test(code) || !found?.isFile() || found.nlink > 1) throw error
    await writeFile(file, text)
  }
}
