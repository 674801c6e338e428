import { markerText } from '../packaging/marker.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import type { PoetryDependency, PoetryLock, PoetryPackage } from '../project-files/lock-files.ts'
import type { ProjectGroups } from '../project-files/pyproject.ts'
import { fromPoetry } from '../project-files/python-range.ts'
import type { InstalledWhen, Lock, LockedNeed, LockedPackage, LockedSource, LockRoot } from './lock.ts'

/**
 * A poetry.lock as a lock. From the format 2.1 on, each package says when it is installed. Before, only what asks for it
 * does: the project where it is given, else each package that no other one needs is taken for asked for.
 */
export function lockOfPoetry(lock: PoetryLock, project?: ProjectGroups): Lock {
  const says = /^2\.[1-9]|^[3-9]/.test(lock.version ?? '')
  return {
    kind: 'poetry.lock',
    packages: lock.packages.map(entry => ({
      ...packageOf(entry),
      when: says ? whenOf(entry) : undefined,
      line: lock.lines.get(entry.name),
    })),
    roots: [project ? rootOf(project, lock) : unnamedRoot(lock)],
    requiresPython: lock.pythonVersions === undefined ? undefined : fromPoetry(lock.pythonVersions),
    ...(project ? { defaultGroups: installedGroups(project) } : {}),
  }
}

function installedGroups({ needs, poetryOptional }: ProjectGroups): string[] {
  return [...needs.keys()].filter(group => group !== 'main' && !poetryOptional.includes(group))
}

function packageOf(entry: PoetryPackage): Omit<LockedPackage, 'when' | 'line'> {
  const { name, version, files, dependencies } = entry
  return {
    name: canonicalizeName(name),
    version,
    source: sourceOf(entry),
    files,
    needs: dependencies.filter(({ optional }) => !optional).map(needOf),
    extras: extrasOf(entry),
    forks: [],
  }
}

/** Poetry names no source for a package of the public index. */
function sourceOf({ source }: PoetryPackage): LockedSource {
  if (source?.type === undefined || source.type === 'legacy') return { kind: 'index', at: source?.url ?? '' }
  const kinds = { git: 'git', url: 'url', file: 'path', directory: 'project' } as const
  return { kind: kinds[source.type as keyof typeof kinds] ?? 'url', at: source.url }
}

/** One marker for all groups, or one for each that has any. */
function whenOf({ groups, markers }: PoetryPackage): InstalledWhen {
  return groups.map(group => ({ group, marker: typeof markers === 'string' ? markers : markers?.get(group) }))
}

function needOf({ name, version, markers, extras }: PoetryDependency): LockedNeed {
  return {
    name: canonicalizeName(name),
    version: undefined,
    source: undefined,
    ...(version === undefined || version === '*' ? {} : { specifier: fromPoetry(version) }),
    extras: extras.map(canonicalizeName),
    marker: markers,
  }
}

/** An extra names what it asks for, here or in the marker of the dependency, which has the version. */
function extrasOf({ dependencies, extras }: PoetryPackage): ReadonlyMap<string, readonly LockedNeed[]> {
  const optional = dependencies.filter(dependency => dependency.optional)
  const named = [...extras].map(([extra, requirements]) => [extra, new Set(requirements.map(nameIn))] as const)
  const stated = optional.flatMap(({ name, markers }) =>
    [...(markers ?? '').matchAll(/extra == "([^"]+)"/g)].map(
      ([, extra]) => [extra!, new Set([canonicalizeName(name)])] as const,
    ),
  )
  const found = new Map<string, LockedNeed[]>()
  for (const [extra, names] of [...named, ...stated]) {
    const asked = optional.filter(({ name }) => names.has(canonicalizeName(name)))
    const key = canonicalizeName(extra)
    found.set(key, [...(found.get(key) ?? []), ...asked.map(one => ({ ...needOf(one), marker: undefined }))])
  }
  return found
}

/** The project that a requirement names, which PEP 508 may not know: `PySocks (>=1.5.6)`. */
function nameIn(text: string): string {
  return canonicalizeName(/^[A-Za-z0-9][\w.-]*/.exec(text)?.[0] ?? '')
}

function rootOf({ name, needs }: ProjectGroups, { extras }: PoetryLock): LockRoot {
  const optional = new Set([...extras.values()].flat().map(canonicalizeName))
  const main = needsOf(needs.get('main') ?? [])
  return {
    name: name === undefined ? undefined : canonicalizeName(name),
    folder: '.',
    needs: main.filter(need => !optional.has(need.name)),
    extras: extrasOfProject(extras),
    groups: new Map([...needs].flatMap(([group, texts]) => (group === 'main' ? [] : [[group, needsOf(texts)]]))),
  }
}

function needsOf(texts: readonly string[]): LockedNeed[] {
  return texts.flatMap(text => {
    try {
      const { key, extras, marker } = parseRequirement(text)
      return [{ ...plainNeed(key), extras: [...extras].map(canonicalizeName), marker: marker && markerText(marker) }]
    } catch {
      return []
    }
  })
}

function extrasOfProject(extras: PoetryLock['extras']): ReadonlyMap<string, readonly LockedNeed[]> {
  return new Map([...extras].map(([extra, names]) => [canonicalizeName(extra), names.map(plainNeed)]))
}

function plainNeed(name: string): LockedNeed {
  return { name: canonicalizeName(name), version: undefined, source: undefined, extras: [], marker: undefined }
}

/** The project is not known: it asks for each package that no other one needs, and is not only there for an extra. */
function unnamedRoot({ packages, extras }: PoetryLock): LockRoot {
  const needed = new Set(packages.flatMap(({ dependencies }) => dependencies.map(({ name }) => canonicalizeName(name))))
  const asked = packages.filter(({ name, optional }) => !optional && !needed.has(canonicalizeName(name)))
  return {
    name: undefined,
    folder: '.',
    needs: asked.map(({ name }) => plainNeed(name)),
    extras: extrasOfProject(extras),
    groups: new Map(),
  }
}
