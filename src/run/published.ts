import { dirname, join, resolve } from 'node:path'
import { type FoldersUpwards, pathFrom } from '../files/folders.ts'
import { readText } from '../files/read-text.ts'
import { type PublishedFile, publishedByPyproject, publishedBySetupCfg } from '../project-files/published-files.ts'
import { once } from '../text/memo.ts'

const readers: readonly (readonly [
  name: string,
  read: (text: string) => PublishedFile[] | Promise<PublishedFile[]>,
])[] = [
  ['pyproject.toml', publishedByPyproject],
  ['setup.cfg', publishedBySetupCfg],
]

/**
 * Those of some files that a build publishes as what a package needs, each with the place that says so: `pyproject.toml:12`.
 * Looked for in their folders and those above, up to the repository's.
 *
 * @param paths absolute
 */
export type PublishedAmong = (paths: Iterable<string>) => Promise<ReadonlyMap<string, string>>

/** Reads what each folder publishes once. @param upwards the way to the folders above a file */
export function publishedFiles(cwd: string, upwards: FoldersUpwards): PublishedAmong {
  const publishedIn = once(
    (folder: string) => folder,
    async (folder: string) => {
      const found = new Map<string, string>()
      for (const [name, read] of readers) {
        const text = await readText(join(folder, name))
        for (const { path, line } of text === undefined ? [] : await read(text))
          found.set(
            resolve(folder, path),
            `${pathFrom(cwd, join(folder, name))}${line === undefined ? '' : `:${line}`}`,
          )
      }
      return found
    },
  )
  return async paths => {
    const asked = [...paths]
    const places = new Map<string, string>()
    const seen = new Set<string>()
    for (const directory of new Set(asked.map(path => dirname(path))))
      for (const folder of upwards(directory)) {
        if (seen.has(folder.path) || !readers.some(([name]) => folder.has(name))) continue
        seen.add(folder.path)
        for (const [path, place] of await publishedIn(folder.path)) if (!places.has(path)) places.set(path, place)
      }
    return new Map(asked.flatMap(path => (places.has(path) ? [[path, places.get(path)!] as const] : [])))
  }
}
