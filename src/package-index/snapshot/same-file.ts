import { parseWheelFilename } from '../../packaging/wheel.ts'
import type { IndexFile, PackageIndex } from '../project-page.ts'

/** The file with this name in the snapshot: the cache may have a page without any file of it. */
export async function sameFile({ filename }: IndexFile, snapshot: PackageIndex): Promise<IndexFile | undefined> {
  const name = parseWheelFilename(filename)?.name
  const page = name === undefined ? undefined : await snapshot.project(name)
  return page?.files.find(file => file.filename === filename)
}

/** Whether two files have the same bytes, by digest, and the size of the first is known. */
export function sameBytes({ hashes: a, size }: IndexFile, { hashes: b }: IndexFile): boolean {
  return size !== undefined && a['sha256'] !== undefined && a['sha256'] === b['sha256']
}
