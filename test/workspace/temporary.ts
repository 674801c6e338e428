import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What files hold, by their names; a name that ends in `/` is an empty folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** A new folder with these files, gone after the test. */
export function folderWith(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-workspace-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFiles(folder, files)
  return folder
}

/** A folder that is the root of a git repository. */
export function repositoryWith(files: Files): string {
  return folderWith({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })
}

/** Writes files below a folder. @param change of each text */
export function writeFiles(folder: string, files: Files, change = (text: string): string => text): void {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, `${name}x`)), { recursive: true })
    if (!name.endsWith('/'))
      writeFileSync(join(folder, name), typeof contents === 'string' ? change(contents) : contents)
  }
}
