import type { PythonFile } from './python-code.ts'
import type { Tree } from './tree.ts'

/** The name under which a file is imported, and the folder that has to be on Python's path: empty for the repository itself. */
export interface Module {
  readonly name: string
  readonly root: string
}

/**
 * Finds the name under which a file is imported. Its folders count as packages, unless its imports show that they are none: a
 * file in `backend` that imports `routers` from beside itself is started from `backend`.
 *
 * @param installed the project is installed, so that what lies below `src` is importable wherever it runs
 */
export function moduleOf(file: PythonFile, tree: Tree, installed: boolean, importsSrc: boolean): Module {
  const parts = file.path
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .split('/')
  const folders = parts.slice(0, -1)
  // No package can be imported through a folder whose name is no identifier.
  let from = folders.findLastIndex(folder => !/^[A-Za-z_]\w*$/.test(folder)) + 1
  if (from === 0 && folders[0] === 'src' && !importsSrc) from = 1
  if (importsFromBeside(file, tree, folders)) from = folders.length
  const root = folders.slice(0, from).join('/')
  return { name: parts.slice(from).join('.'), root: installed && root === 'src' ? '' : root }
}

function importsFromBeside(file: PythonFile, tree: Tree, folders: readonly string[]): boolean {
  const folder = folders.join('/')
  if (folder === '' || tree.has(`${folder}/__init__.py`)) return false
  const isModule = (path: string) => tree.has(`${path}.py`) || tree.hasFolder(path)
  return [...file.imports].some(name => isModule(`${folder}/${name}`) && !isModule(name))
}
