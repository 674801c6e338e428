import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What `sha256sum --check SHA256SUMS` reads, of files that lie side by side: by name, each on a line. */
export function checksums(paths: readonly string[]): string {
  const lines = paths.map(path => `${sha256(path)}  ${basename(path)}\n`)
  return lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join('')
}

/** The files of a list of checksums that are not what it says. @param folder where they lie */
export function mismatches(list: string, folder: string): string[] {
  return list
    .split('\n')
    .filter(line => line !== '')
    .map(line => [line.slice(0, 64), line.slice(66)] as const)
    .flatMap(([expected, name]) => (sha256(join(folder, name)) === expected ? [] : [name]))
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
