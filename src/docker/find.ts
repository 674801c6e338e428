import { basename, dirname, join, resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { folderOf, pathFrom } from '../files/folders.ts'
import { readdir, stat } from '../files/machine/files.ts'
import { dockerfilesOf } from '../project-files/dockerfile/names.ts'
import { nearName } from '../text/near-name.ts'

/**
 * The file that a path names; for a folder, the Dockerfile or Containerfile in it.
 * @throws TorchpinError FILE_UNREADABLE
 */
export async function findDockerfile(path: string, cwd: string): Promise<string> {
  const absolute = resolve(cwd, path)
  const found = await stat(absolute).catch(() => undefined)
  if (found && !found.isDirectory()) return absolute
  const folder = found ? absolute : dirname(absolute)
  const names = (await readdir(folder).catch((): string[] => [])).sort()
  const dockerfiles = dockerfilesOf(folderOf(folder, names))
  // As docker and podman look: a Containerfile counts where there is no Dockerfile.
  const first = dockerfiles.find(name => /^dockerfile$/i.test(name)) ?? dockerfiles[0]
  if (found && first !== undefined) return join(folder, first)
  const near = found ? undefined : (nearName(basename(absolute), names) ?? first)
  throw new TorchpinError(
    'FILE_UNREADABLE',
    found ? `there is no Dockerfile in ${path === '.' ? 'this folder' : path}` : `${path} does not exist`,
    {
      hint:
        near === undefined ? 'torchpin docker init writes one' : `did you mean ${pathFrom(cwd, join(folder, near))}?`,
    },
  )
}
