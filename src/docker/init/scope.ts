import { TorchpinError } from '../../contract/errors.ts'
import { isSlash, withoutEnd } from '../../text/ends.ts'
import type { ImageInstall } from './install.ts'
import type { Tree } from './tree.ts'

const projectFiles =
  /^(?:pyproject\.toml|setup\.py|setup\.cfg|Pipfile|Procfile|manage\.py|requirements[^/]*\.txt|uv\.lock|poetry\.lock)$/i

/**
 * Refuses a folder that is no project itself: an empty one, or one that only holds projects.
 * @throws TorchpinError FILE_UNREADABLE
 */
export function refuseOtherFolders(tree: Tree, { source }: ImageInstall, folder: string): void {
  const own = tree.files.some(file => !file.includes('/') && (projectFiles.test(file) || file.endsWith('.py')))
  const inside = [
    ...new Set(tree.files.filter(file => file.includes('/') && projectFiles.test(nameOf(file))).map(folderOf)),
  ]
  const sourceInside = source === '' || (source.includes('/') && !/^req/i.test(source))
  if (own || !sourceInside) return
  const shown = (path: string) => (folder === '.' ? path : `${withoutEnd(folder, isSlash)}/${path}`)
  if (inside.length > 0)
    throw new TorchpinError(
      'FILE_UNREADABLE',
      `${folder} holds ${inside.length === 1 ? 'a project' : 'projects'} in ${inside.join(', ')} and is none itself`,
      {
        hint: `an image is made of one: torchpin docker init ${shown(inside[0]!)}`,
      },
    )
  if (tree.files.some(file => /\.(?:py|ipynb)$/.test(file))) return
  throw new TorchpinError('FILE_UNREADABLE', `nothing in ${folder} looks like a Python project`, {
    hint: 'give the folder that holds its requirements or its code',
  })
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}
