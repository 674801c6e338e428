import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type IgnoreRules, isIgnored, withRulesOf } from './git-ignore.ts'
import { readdir } from './machine/files.ts'

/** Anything but a folder: a file, a link, a device. */
export interface Walked {
  readonly path: string
  readonly entry: Dirent
  isIgnored(): boolean
}

/** Where a walk begins: a folder, what is in it, and what the folders above it say of it. */
export interface Start {
  readonly folder: string
  readonly entries: readonly Dirent[]
  readonly rules: IgnoreRules
}

/** Which folders a walk goes into, besides. */
export interface Bounds {
  /** Folders between the start and a file; left out, there is no end. */
  readonly deepest?: number
  /** What is left out as if git ignored it. */
  readonly excluded?: IgnoreRules
  /** Names that mark a folder which a walk does not enter. */
  readonly barredBy?: string
}

/** Folders with what others wrote, what tools made, or what versions are kept in. */
const skipped =
  /^(?:\.git|\.hg|\.svn|\.jj|node_modules|bower_components|(?:site|dist)-packages|__pycache__|__pypackages__|\.tox|\.nox|\.pixi|\.eggs|.*\.(?:egg|dist)-info|_?vendor(?:ed)?|_?third[-_]?party|3rd[-_]?party)$/i

/** Names that only a virtual environment (venv, virtualenv) or a conda environment has at its top. */
const environmentMarks = new Set(['pyvenv.cfg', 'conda-meta'])

/** Folders that are listed before others have a turn. */
const AT_ONCE = 32

interface Level {
  readonly folder: string
  readonly rules: IgnoreRules
  readonly entries: Iterator<Dirent>
}

/**
 * What lies below a folder, in the order of the names, without folders that git ignores, environments, and what others
 * vendored. Links to folders are not followed; folders that cannot be read are left out.
 */
export async function* walk(
  start: Start,
  { deepest = Infinity, excluded, barredBy }: Bounds = {},
): AsyncGenerator<Walked> {
  const levels = [await levelOf(start)]
  let listed = 0
  const isOut = (rules: IgnoreRules, path: string, isFolder: boolean) =>
    isIgnored(rules, path, isFolder) || (excluded !== undefined && isIgnored(excluded, path, isFolder))
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const { folder, rules, entries } = level
    const { value: entry, done } = entries.next()
    if (done) {
      levels.pop()
      continue
    }
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) {
      yield { path, entry, isIgnored: () => isOut(rules, path, false) }
      continue
    }
    if (levels.length > deepest || skipped.test(entry.name) || isOut(rules, path, true)) continue
    if (++listed % AT_ONCE === 0) await setImmediate()
    const inside = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => [])
    if (inside.some(({ name }) => environmentMarks.has(name) || name === barredBy)) continue
    levels.push(await levelOf({ folder: path, entries: inside, rules }))
  }
}

async function levelOf({ folder, entries, rules: above }: Start): Promise<Level> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const rules = await withRulesOf({ path: folder, names: sorted.map(({ name }) => name) }, above)
  return { folder, rules, entries: sorted.values() }
}
