import { type PythonFile, readPythonFile } from '../python-code.ts'
import type { Tree } from '../tree.ts'
import type { EntryPoint } from './entry-point.ts'
import type { Project } from './project.ts'

export interface Search {
  readonly tree: Tree
  readonly project: Project
  readonly files: readonly PythonFile[]
  readonly importsSrc: boolean
}

export interface Candidate {
  readonly entry: EntryPoint
  readonly score: number
}

const notApplications =
  /(?:^|\/)(?:tests?|testing|docs?|examples?|notebooks?|scripts|tools|bench(?:marks?)?|migrations|alembic|fixtures|samples?|tutorials?|node_modules|build|dist)\//i
const testFiles = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks|fabfile)\.py$/i

/** Reads the Python files of a repository that may be started: no tests, no tools, no papers. */
export async function openSearch(tree: Tree, project: Project): Promise<Search> {
  const paths = tree.files.filter(path => path.endsWith('.py') && !notApplications.test(path) && !testFiles.test(path))
  const files: PythonFile[] = []
  for (const path of paths) files.push(readPythonFile(path, await tree.text(path)))
  return { tree, project, files, importsSrc: files.some(({ imports }) => imports.has('src')) }
}
