import { basename, dirname, relative, sep } from 'node:path'
import { rulesAbove, rulesGiven } from '../files/git-ignore.ts'
import { readdir, realpath, stat } from '../files/machine/files.ts'
import { walk } from '../files/walk.ts'
import { requirementsFormat } from '../formats/requirements/format.ts'
import { isEnvironmentName } from '../project-files/other-formats.ts'

/** What lies below a folder: absolute paths, in the order of their names. */
export interface Below {
  readonly files: readonly string[]
  /** Requirements files that git ignores, or that were asked to be left out. */
  readonly ignored: readonly string[]
  /** Each pyproject.toml, whatever tool manages it. */
  readonly projects: readonly string[]
  /** Each conda environment file, whatever is in it. */
  readonly environments: readonly string[]
}

const folderNames = /^(?:requirements?|reqs?|constraints)$/i
const proseNames = /^(?:readme|license|licence|copying|notice|changelog|changes|authors)\b/i

/**
 * The requirements files below a folder, without what git ignores, environments, what others vendored, and repositories
 * inside the repository. Links to folders are not followed: they lead to what is found anyway, or out.
 *
 * @param exclude patterns of a .gitignore at the top of the repository, or where there is none at the folder
 * @throws Error with a `code` when the folder itself cannot be read; folders below it that cannot are left out
 */
export async function requirementsBelow(folder: string, exclude: readonly string[] = []): Promise<Below> {
  const entries = await readdir(folder, { withFileTypes: true })
  const { rules, repository } = await rulesAbove(folder)
  const root = await realpath(folder)
  const top = repository ?? dirname(folder)
  const files: string[] = []
  const ignored: string[] = []
  const projects: string[] = []
  const environments: string[] = []
  const excluded = rulesGiven(repository ?? folder, exclude)
  const bounds = repository === undefined ? { excluded } : { excluded, barredBy: '.git' }
  for await (const found of walk({ folder, entries, rules }, bounds)) {
    const { path, entry } = found
    const isProject = basename(path) === 'pyproject.toml'
    const isEnvironment = isEnvironmentName(basename(path))
    if (!isProject && !isEnvironment && !isRequirementsFile(relative(top, path))) continue
    if (!entry.isFile() && !(await leadsToFileBelow(root, path))) continue
    if (isProject || isEnvironment) {
      if (!found.isIgnored()) (isProject ? projects : environments).push(path)
    } else if (found.isIgnored()) ignored.push(path)
    else files.push(path)
  }
  return { files, ignored, projects, environments }
}

/** Any text file below a folder named `requirements` counts; elsewhere the name of the file has to say it. */
function isRequirementsFile(path: string): boolean {
  const folders = path.split(sep)
  const name = folders.pop()!
  if (requirementsFormat.matches(name)) return true
  return /\.(?:txt|in)$/i.test(name) && !proseNames.test(name) && folders.some(folder => folderNames.test(folder))
}

/** A link may be followed to a file below the folder that was named, and to nothing else. */
async function leadsToFileBelow(root: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined || !target.startsWith(root.endsWith(sep) ? root : root + sep)) return false
  return (await stat(target)).isFile()
}
