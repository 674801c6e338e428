import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A `node` in a folder of its own, for a PATH. */
export interface StandIn {
  readonly folder: string
  readonly node: string
  /** The first argument of each call so far. */
  calls(): string[]
}

/** A Node that notes how it is called, and is the one that runs this script. */
export function watchedNode(parent: string): StandIn {
  return standIn(parent, `exec "${process.execPath}" "$@"`)
}

/** Whatever it is asked, it prints this and exits so. */
export function oddNode(parent: string, printed: string, exitCode = 0): StandIn {
  return standIn(parent, `echo '${printed}'\nexit ${exitCode}`)
}

function standIn(parent: string, body: string): StandIn {
  const folder = mkdtempSync(join(parent, 'path-'))
  const [node, log] = [join(folder, 'node'), join(folder, 'calls')]
  writeFileSync(node, `#!/bin/sh\necho "$1" >> '${log}'\n${body}\n`)
  chmodSync(node, 0o755)
  return { folder, node, calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []) }
}
