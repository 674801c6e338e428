import { dirname } from 'node:path'
import { readdir } from '../files/machine/files.ts'
import { readText } from '../files/read-text.ts'
import { type Pyproject, readPyproject } from '../project-files/pyproject.ts'

/** What makes the lock of a project, and reads its indexes. */
export type Manager = 'uv' | 'poetry'

/**
 * What manages a project; undefined: neither uv nor Poetry does, as far as its files say.
 * @param names of the files beside its pyproject.toml
 */
export function managerOf(pyproject: Pyproject, names: readonly string[]): Manager | undefined {
  if (names.includes('uv.lock')) return 'uv'
  if (names.includes('poetry.lock')) return 'poetry'
  if (pyproject.uv && asksForSomething(pyproject)) return 'uv'
  return pyproject.poetry && pyproject.poetryDependencies.length > 0 ? 'poetry' : undefined
}

/** Those of some pyproject.toml that uv or Poetry manages. @param paths absolute */
export async function managedAmong(paths: readonly string[]): Promise<string[]> {
  const managed = await Promise.all(
    paths.map(async path => {
      const pyproject = await readPyproject((await readText(path)) ?? '')
      return pyproject && managerOf(pyproject, await readdir(dirname(path)).catch(() => []))
    }),
  )
  return paths.filter((_, i) => managed[i] !== undefined)
}

/** A pyproject.toml may hold settings of uv and no project, beside a setup.py or a requirements file. */
function asksForSomething({ project, groups, workspace }: Pyproject): boolean {
  return project !== undefined || groups.size > 0 || workspace
}
