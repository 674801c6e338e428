import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { encode } from '../files/encoding.ts'
import { isBelow, repositoryOf, withSlashes } from '../files/folders.ts'
import { realpath } from '../files/machine/files.ts'
import { readRegular } from '../files/regular-file.ts'
import type { Project } from '../run/projects.ts'
import type { FilePlan } from './plan.ts'

/** What a tool reads to make a lock: see `LockRequest`. */
export interface LaidDown {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly folder: string
}

/** Of a project that cannot be laid down, what lies outside of its repository: a clause. */
export interface LiesOutside {
  readonly outside: string
}

/**
 * The files that a tool reads to make the lock of a project, as they are to be. What a link, or a path, fetches from outside of
 * the repository is not among them: a stranger's repository could have files of the user read and shown.
 *
 * @param plans what the files of the project become
 * @throws Error of the file system
 */
export async function laidDown(project: Project, plans: readonly FilePlan[]): Promise<LaidDown | LiesOutside> {
  const place = wholePlace(project)
  if (place !== undefined) return { outside: place }
  const folder = await realpath(dirname(project.root.absolute))
  const top = await repositoryOf(folder)
  const files = new Map<string, Uint8Array>()
  /** @returns whether both the path and what a link there leads to are of the repository */
  const put = async (path: string, read: () => Promise<Uint8Array | undefined>): Promise<boolean> => {
    const real = await realpath(path).catch(() => undefined)
    if (real === undefined) return true
    if (!isBelow(path, top) || !isBelow(real, top)) return false
    const inside = withSlashes(relative(top, path))
    const bytes = files.has(inside) ? undefined : await read()
    if (bytes) files.set(inside, bytes)
    return true
  }
  for (const { file, text } of plans) {
    const path = join(await realpath(dirname(file.absolute)), basename(file.absolute))
    if (!(await put(path, async () => encode(text, file.encoding)))) return outsideOf(file.path)
  }
  const { path, absolute, bytes } = project.lock!
  if (!(await put(join(folder, basename(absolute)), async () => bytes))) return outsideOf(path)
  for (const path of [join(folder, 'uv.toml'), ...(await namedFolders(project))])
    if (!(await put(path, () => readRegular(path).catch(() => undefined))))
      return outsideOf(withSlashes(relative(folder, path)))
  return { files, folder: withSlashes(relative(top, folder)) }
}

const outsideOf = (path: string): LiesOutside => ({ outside: `${path} lies outside of the repository` })

/** A place by its whole path stays where it is: a tool would read it there, and could run what is there. */
function wholePlace({ root, members }: Project): string | undefined {
  for (const { path, manifest } of [root, ...members]) {
    const sources = manifest.sources.flatMap(({ line, entries }) =>
      entries.map(({ kind, place = '' }) => ({ line, isWhole: kind === 'path' && isWholePath(place) })),
    )
    const entries = manifest.entries.map(({ line, text = '' }) => ({ line, isWhole: isWholePath(afterAt(text)) }))
    const found = [...sources, ...entries].find(({ isWhole }) => isWhole)
    if (found) return `${path}:${found.line} names a place by its whole path`
  }
  return undefined
}

function afterAt(requirement: string): string {
  return /@\s*(.*)/.exec(requirement)?.[1] ?? ''
}

function isWholePath(place: string): boolean {
  return isAbsolute(place) || /^(?:file:|[a-z]:[\\/])/i.test(place)
}

/** The pyproject.toml of each folder that a source names: uv reads what it needs. */
async function namedFolders({ root, members }: Project): Promise<string[]> {
  const named = await Promise.all(
    [root, ...members].map(async ({ absolute, manifest: { sources } }) => {
      const folder = await realpath(dirname(absolute))
      return sources.flatMap(({ entries }) =>
        entries.flatMap(({ kind, place }) =>
          kind === 'path' && place !== undefined ? [resolve(folder, place, 'pyproject.toml')] : [],
        ),
      )
    }),
  )
  return named.flat()
}
