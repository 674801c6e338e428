import { dirname } from 'node:path'
import { filesByPath, includedBy } from '../formats/requirements/files.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { sourcesOf } from './compiled-files.ts'

/**
 * Parts the files of a run into units: what is installed together, and must agree. Files are of one unit where one brings
 * in the other by `-r` or `-c`, or was compiled from it. A file of constraints that no file names counts for its folder.
 *
 * @param together absolute paths of files that are one unit whatever they include
 * @returns units in the order of their first files, and in each the files in their order
 */
export function unitsOf(
  files: readonly RequirementsFile[],
  together: ReadonlySet<string> = new Set(),
): RequirementsFile[][] {
  const leaderOf = new Map(files.map(({ absolute }) => [absolute, absolute]))
  const leader = (path: string): string => {
    let at = path
    for (let above = leaderOf.get(at)!; above !== at; above = leaderOf.get(at)!) {
      // Path halving: the next lookup takes half the steps.
      leaderOf.set(at, leaderOf.get(above)!)
      at = above
    }
    return at
  }
  const join = (paths: readonly string[]) => {
    for (const path of paths.slice(1)) leaderOf.set(leader(path), leader(paths[0]!))
  }

  join(files.map(({ absolute }) => absolute).filter(path => together.has(path)))
  const byPath = filesByPath(files)
  const inFolder = grouped(files, ({ absolute }) => dirname(absolute))
  const included = includedBy(files)
  for (const file of files) {
    join([file.absolute, ...file.includes.map(include => include.file)])
    join([file.absolute, ...sourcesOf(file, byPath).map(({ absolute }) => absolute)])
    if (file.role === 'constraints' && !included.has(file.absolute))
      join(inFolder.get(dirname(file.absolute))!.map(({ absolute }) => absolute))
  }
  return [...grouped(files, ({ absolute }) => leader(absolute)).values()]
}

function grouped(
  files: readonly RequirementsFile[],
  keyOf: (file: RequirementsFile) => string,
): Map<string, RequirementsFile[]> {
  const groups = new Map<string, RequirementsFile[]>()
  for (const file of files) {
    const group = groups.get(keyOf(file))
    if (group) group.push(file)
    else groups.set(keyOf(file), [file])
  }
  return groups
}
