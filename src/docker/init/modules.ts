import type { PythonFile } from './python-code.ts'
import type { Tree } from './tree.ts'

/** A module as it is imported, and the folder that has to be on Python's path for that: empty for the repository itself. */
export interface Module {
  readonly name: string
  readonly root: string
}

/**
 * The name under which a file is imported. Its folders are packages from the repository on, unless what it imports says that
 * they are not: a file in `backend` that imports `routers` from beside itself is started from there.
 *
 * @param installed the project is installed, so that what lies below `src` is importable wherever it runs
 */
export function moduleOf(file: PythonFile, tree: Tree, installed: boolean, importsSrc: boolean): Module {
  const parts = file.path
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .split('/')
  const folders = parts.slice(0, -1)
  // A folder whose name is no identifier cannot be a package, and neither can what holds it be on the way to one.
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
