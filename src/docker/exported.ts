import { canonicalPath } from '../project-files/shell/posix-path.ts'
import { type BuildContext, projectFolder } from './context.ts'
import type { Install } from './install.ts'
import { selectionOfPoetry, selectionOfUv } from './selection.ts'
import { needsOfBuild, needsOfSync, type ProjectNeeds } from './torch-project.ts'
import { pipedTo, writerOf } from './written-lists.ts'

/** What an install takes from a list that `uv export`, `uv pip compile` or `poetry export` wrote before it. */
export interface Exported extends ProjectNeeds {
  /** The list names where each package comes from; else the install looks its pins up on its own indexes. */
  readonly indexed: boolean
}

/**
 * What an install takes from a list that a command wrote before it, in its own stage or in one that the list is copied from.
 *
 * @param python for which markers count
 */
export function exportedTo(install: Install, context: BuildContext, python: string): Exported | undefined {
  const paths = install.files.flatMap(({ value }) => canonicalPath(install.command.folder, value) ?? [])
  const written = install.files.some(({ value }) => value === '-' || value === '/dev/stdin')
    ? pipedTo(install)
    : paths.map(path => writerOf(path, install.stage, install.command)).find(found => found !== undefined)
  if (!written) return undefined
  const { list, command, run, stage } = written
  const at = { ...install, command, run, stage, options: list.options }
  const folder = projectFolder(context, at)
  const project = folder === undefined ? undefined : context.projects.get(folder)
  if (!project) return undefined
  const selection = list.tool === 'poetry' ? selectionOfPoetry(at, true, python) : selectionOfUv(at, project, python)
  const { file, needs } =
    list.tool === 'compile' ? needsOfBuild(project, 'uv', selection) : needsOfSync(project, list.tool, selection)
  // The list names everything that is installed.
  return { file, needs: { ...needs, complete: true }, indexed: list.indexed }
}
