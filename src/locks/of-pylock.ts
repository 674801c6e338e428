import { canonicalizeName } from '../packaging/names.ts'
import type { Pylock, PylockPackage } from '../project-files/lock-files.ts'
import type { Lock, LockedSource } from './lock.ts'

/** A pylock.toml (PEP 751) as a lock: the marker of each package decides, and it does not say what depends on it. */
export function lockOfPylock({ packages, requiresPython, defaultGroups, lines }: Pylock): Lock {
  return {
    kind: 'pylock.toml',
    roots: [],
    requiresPython,
    defaultGroups,
    packages: packages.map(entry => ({
      name: canonicalizeName(entry.name),
      version: entry.version,
      source: sourceOf(entry),
      files: entry.sdist ? [...entry.wheels, entry.sdist] : entry.wheels,
      needs: entry.dependencies.map(name => ({
        name: canonicalizeName(name),
        version: undefined,
        source: undefined,
        extras: [],
        marker: undefined,
      })),
      extras: new Map(),
      forks: [],
      when: [{ group: undefined, marker: entry.marker }],
      line: lines.get(entry.name),
    })),
  }
}

function sourceOf({ from, index }: PylockPackage): LockedSource {
  if (!from) return { kind: 'index', at: index ?? '' }
  return { kind: from.kind === 'directory' ? 'project' : from.kind, at: from.at }
}
