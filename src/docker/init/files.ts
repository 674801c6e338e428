import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchpinError } from '../../contract/errors.ts'
import type { Finding } from '../../contract/results/rewrite.ts'
import { refuseLinkOut, withSlashes } from '../../files/folders.ts'
import { readRegular, whyUnreadable } from '../../files/regular-file.ts'
import type { FileChange } from '../../files/write.ts'
import { readDockerfile } from '../../project-files/dockerfile/dockerfile.ts'
import { unifiedDiff } from '../../text/diff.ts'
import { positionAt } from '../../text/position.ts'
import { contextRelative } from '../context.ts'
import { readDockerignore } from '../dockerignore.ts'
import { refuseLong, refuseLongIgnoreFile } from '../refuse.ts'
import { type Dockerfile, noteComment } from './dockerfile.ts'
import type { Note } from './notes.ts'

/** A file of the pair, and what becomes of it. */
export interface PlannedFile extends FileChange {
  /** As a report shows it. */
  readonly path: string
  readonly action: 'write' | 'replace' | 'keep'
  /** Empty where it is kept, or stays the same. */
  readonly diff: string
}

/** The files of the pair that are there already. */
export interface Existing {
  readonly dockerfile: OnDisk | undefined
  readonly ignore: OnDisk | undefined
  /** What the Dockerfile that is there copies from the context. */
  readonly copies: readonly string[]
  readonly force: boolean
  readonly absolute: string
}

interface OnDisk {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The folder lists the name, so that a file which does not exist is what a link leads to. */
function whyNot(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is a link to nothing' : whyUnreadable(cause)
}

/** Docker takes the file beside the Dockerfile's own name before the one for the whole context. */
const dockerfileNames = ['Dockerfile', 'dockerfile']
const ignoreNames = ['Dockerfile.dockerignore', '.dockerignore']

/**
 * Looks which of the two files are there.
 * @throws TorchpinError FILE_UNWRITABLE if both exist and `force` is not given; FILE_UNREADABLE; FILE_OUTSIDE
 */
export async function existingFiles(absolute: string, folder: string, force: boolean): Promise<Existing> {
  const names = await readdir(absolute).catch((): string[] => [])
  const read = async (candidates: readonly string[]): Promise<OnDisk | undefined> => {
    const name = candidates.find(candidate => names.includes(candidate))
    if (name === undefined) return undefined
    await refuseLinkOut(join(absolute, name), absolute)
    const bytes = await readRegular(join(absolute, name)).catch(cause => {
      throw new TorchpinError('FILE_UNREADABLE', `${shownIn(folder, name)} ${whyNot(cause)}`, { cause })
    })
    return { name, bytes }
  }
  const [dockerfile, ignore] = [await read(dockerfileNames), await read(ignoreNames)]
  if (dockerfile && ignore && !force)
    throw new TorchpinError(
      'FILE_UNWRITABLE',
      `${shownIn(folder, dockerfile.name)} and ${ignore.name} are there already`,
      {
        hint: 'see what would change with --dry-run --force, replace them with --force, or look through them with torchpin docker check',
      },
    )
  if (dockerfile) refuseLong(textOf(dockerfile), shownIn(folder, dockerfile.name))
  if (ignore) refuseLongIgnoreFile(textOf(ignore), shownIn(folder, ignore.name))
  return { dockerfile, ignore, copies: dockerfile ? copiesOf(textOf(dockerfile)) : [], force, absolute }
}

/** What is written where, and what there is to say, each with its line in the Dockerfile. */
export function planFiles(plan: {
  readonly folder: string
  readonly existing: Existing
  readonly dockerfile: Dockerfile
  readonly ignore: string
  readonly needed: readonly string[]
  readonly notes: readonly Note[]
}): { files: PlannedFile[]; findings: Finding[] } {
  const { folder, existing, dockerfile, ignore, needed, notes } = plan
  const files = [
    planned({ there: existing.dockerfile, name: 'Dockerfile', text: dockerfile.text }, folder, existing),
    planned({ there: existing.ignore, name: '.dockerignore', text: ignore }, folder, existing),
  ]
  const [dockerfilePath, ignorePath] = files.map(({ path }) => path) as [string, string]
  const kept = files.filter(({ action }) => action === 'keep')
  const written = files[0]!.action !== 'keep'
  const text = dockerfile.text.split('\n')
  return {
    files,
    findings: [
      ...(written
        ? notes.map(({ code, level, message, hint, ...note }) => {
            const line = text.indexOf(noteComment({ code, level, message, hint, ...note }).split('\n')[0]!) + 1
            return { path: dockerfilePath, ...(line > 0 ? { line } : {}), code, level, message, hint }
          })
        : []),
      ...kept.map(
        ({ path }): Finding => ({
          path,
          code: 'init-file-kept',
          level: 'info',
          message: 'it was there and stays as it is',
          hint: '--force replaces it',
        }),
      ),
      ...(files[1]!.action === 'keep' ? leftOut(ignorePath, textOf(existing.ignore!), needed) : []),
    ],
  }
}

/** A file to write. */
interface Wanted {
  /** As it is now. */
  readonly there: OnDisk | undefined
  /** Of a new one. */
  readonly name: string
  readonly text: string
}

function planned({ there, name, text }: Wanted, folder: string, { force, absolute }: Existing): PlannedFile {
  const path = shownIn(folder, there?.name ?? name)
  const keep = there !== undefined && !force
  return {
    path,
    absolute: join(absolute, there?.name ?? name),
    before: there?.bytes,
    after: Buffer.from(text),
    action: keep ? 'keep' : there ? 'replace' : 'write',
    diff: keep ? '' : there ? unifiedDiff(path, textOf(there), text) : newFileDiff(path, text),
  }
}

/** `git apply` makes a file where the old side is /dev/null. */
function newFileDiff(path: string, text: string): string {
  return unifiedDiff(path, '', text).replace(/^--- .*/, '--- /dev/null')
}

function leftOut(path: string, ignore: string, needed: readonly string[]): Finding[] {
  const { leftOutBy } = readDockerignore(ignore)
  return needed.flatMap(one => {
    const pattern = leftOutBy(one)
    if (!pattern) return []
    const { line } = positionAt(ignore, pattern.span.start)
    const message = `${pattern.written} leaves out ${one}, which the build needs`
    return [{ path, line, code: 'init-copy-ignored', level: 'warning', message, hint: `add !${one} below it` }]
  })
}

/** The sources of COPY and ADD that are paths of the context, the whole of it and wildcards left out. */
function copiesOf(dockerfile: string): string[] {
  return readDockerfile(dockerfile)
    .stages.flatMap(({ steps }) => steps)
    .flatMap(step => (step.kind === 'copy' && !step.from && !step.fromHeredoc ? step.sources : []))
    .flatMap(({ value }) => (value === undefined || /[*?:]/.test(value) ? [] : contextRelative(value)))
    .filter(source => source !== '')
}

function textOf({ bytes }: OnDisk): string {
  return Buffer.from(bytes).toString('utf8')
}

function shownIn(folder: string, name: string): string {
  return withSlashes(join(folder, name))
}
