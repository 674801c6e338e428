import { canonicalizeName } from '../packaging/names.ts'
import type { UvDependency, UvLock, UvPackage, UvSource } from '../project-files/lock-files.ts'
import type { ProjectGroups } from '../project-files/pyproject.ts'
import type { Lock, LockedNeed, LockedPackage, LockedSource, LockRoot } from './lock.ts'

/** A uv.lock, or the lock of a script, as a lock. */
export function lockOfUv(lock: UvLock, project?: ProjectGroups): Lock {
  const { packages, requiresPython } = lock
  return {
    defaultGroups: project?.uvDefaults ?? ['dev'],
    kind: 'uv.lock',
    packages: packages.map(uvPackage(lock)),
    roots: rootsOf(lock),
    requiresPython,
  }
}

const uvPackage =
  ({ lines }: UvLock) =>
  (entry: UvPackage): LockedPackage => ({
    name: canonicalizeName(entry.name),
    version: entry.version,
    source: sourceOf(entry.source) ?? { kind: 'index', at: '' },
    files: filesOf(entry),
    needs: entry.dependencies.map(needOf),
    extras: namedNeeds(entry.optionalDependencies),
    forks: entry.resolutionMarkers,
    when: undefined,
    line: lines.get(entry.name),
  })

/** A file that is a package's source is at the place of the source. */
function filesOf({ source, wheels, sdist }: UvPackage): LockedPackage['files'] {
  const files = sdist ? [...wheels, sdist] : wheels
  if (source?.kind !== 'url') return files
  return files.map(file => ({ ...file, url: file.url ?? source.at }))
}

/** Projects whose folder is named are roots, the one beside the lock file first; and what only a script or a folder asks for. */
function rootsOf({ packages, members, requirements, groups }: UvLock): LockRoot[] {
  const projects = packages.filter(({ name, source }) => members.has(name) || (members.size === 0 && isBeside(source)))
  const own = requirements.length > 0 || groups.size > 0
  return [
    ...(own
      ? [
          {
            name: undefined,
            folder: undefined,
            needs: requirements.map(needOf),
            extras: new Map(),
            groups: namedNeeds(groups),
          },
        ]
      : []),
    ...projects.map(({ name, source, dependencies, optionalDependencies, devDependencies }) => ({
      name: canonicalizeName(name),
      folder: source?.at,
      needs: dependencies.map(needOf),
      extras: namedNeeds(optionalDependencies),
      groups: namedNeeds(devDependencies),
    })),
  ]
}

function isBeside(source: UvSource | undefined): boolean {
  return sourceOf(source)?.kind === 'project' && source?.at === '.'
}

const kinds: Readonly<Record<UvSource['kind'], LockedSource['kind']>> = {
  registry: 'index',
  git: 'git',
  url: 'url',
  path: 'path',
  directory: 'project',
  virtual: 'project',
  editable: 'project',
}

function sourceOf(source: UvSource | undefined): LockedSource | undefined {
  return source && { kind: kinds[source.kind], at: source.at }
}

function needOf({ name, version, source, extras, marker }: UvDependency): LockedNeed {
  return {
    name: canonicalizeName(name),
    version,
    source: sourceOf(source),
    extras: extras.map(canonicalizeName),
    marker,
  }
}

function namedNeeds(lists: ReadonlyMap<string, readonly UvDependency[]>): ReadonlyMap<string, readonly LockedNeed[]> {
  return new Map([...lists].map(([name, needs]) => [canonicalizeName(name), needs.map(needOf)]))
}
