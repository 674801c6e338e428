import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** The paths of the files below a folder, sorted; those of .git are left out, and a folder that is missing has none. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return all.filter(file => !file.startsWith('.git') && statSync(join(folder, file)).isFile()).sort()
}

/**
 * Holds texts against the files of an `expected` folder, each against the file of its name. A file that is missing fails, and
 * so does one that nothing makes any more; `vitest --update` writes the first kind, and the second is for a person to delete.
 */
export async function expectFolder(texts: Readonly<Record<string, string>>, expected: string): Promise<void> {
  for (const [file, text] of Object.entries(texts)) await expect(text).toMatchFileSnapshot(join(expected, file))
  expect(filesBelow(expected).filter(file => !(file in texts))).toEqual([])
}
