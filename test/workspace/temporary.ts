import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder with these files, gone after the test; a name that ends in `/` is an empty folder. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-workspace-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, `${name}x`)), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(join(folder, name), contents)
  }
  return folder
}

/** A folder that is the root of a git repository. */
export function repositoryWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  return folderWith({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })
}
