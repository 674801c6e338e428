import { satisfies } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import type { Rejection } from './candidates.ts'
import type { Vocabulary } from './explain.ts'
import { type ProjectProvider, parseKey } from './project-provider.ts'
import type { Line } from './resolve.ts'
import type { VersionSet } from './version-set.ts'

/** The solver's keys and positions in words, with a memory of the projects it has named. */
export function vocabulary(
  provider: ProjectProvider,
  lines: readonly Line[],
  targets: readonly Target[],
): Vocabulary & { mentioned(): string[] } {
  const mentioned = new Set<string>()
  return {
    mentioned: () => [...mentioned],
    versions(key, set) {
      const { project, extra } = parseKey(key)
      mentioned.add(project)
      const name = extra ? `${project}[${extra}]` : project
      return name + rangesOf(set, provider.known(project)?.candidates.map(({ version }) => version.text) ?? [])
    },
    available(key) {
      const { project } = parseKey(key)
      mentioned.add(project)
      const found = provider.known(project)
      if (!found) return undefined
      const { candidates, rejections } = found
      if (candidates.length === 0 && rejections.length === 0) return `no index has a project named ${project}`
      const wanted = rejections.filter(({ version }) =>
        lines.some(({ requirement }) => requirement.key === project && satisfies(requirement.specifier, version)),
      )
      const reasons = wanted
        .toReversed()
        .slice(0, 2)
        .map(rejection => reasonOf(rejection, targets))
      const [first, last] = [candidates[0]?.version.text, candidates.at(-1)?.version.text]
      const range = first === undefined ? [] : [first === last ? `there is ${first}` : `there is ${first} to ${last}`]
      return [...reasons, ...range].join('; ') || undefined
    },
  }
}

/** `>=1,<=2` over the versions that exist, most compact form first. */
function rangesOf(set: VersionSet, versions: readonly string[]): string {
  const positions = set.positions()
  if (positions.length === 0 || positions.length === versions.length) return ''
  const runs: [number, number][] = []
  for (const position of positions) {
    const run = runs.at(-1)
    if (run && run[1] === position - 1) run[1] = position
    else runs.push([position, position])
  }
  const shown = runs.map(([from, to]) => {
    if (from === to) return `==${versions[from]}`
    if (to === versions.length - 1) return `>=${versions[from]}`
    return from === 0 ? `<=${versions[to]}` : `>=${versions[from]},<=${versions[to]}`
  })
  return shown.length > 3 ? `${shown[0]} | … | ${shown.at(-1)}` : shown.join(' | ')
}

function reasonOf({ version, reason, target, detail }: Rejection, targets: readonly Target[]): string {
  const { python, platform } = target ?? targets[0]!
  const has = detail ? `, only ${detail}` : ''
  switch (reason) {
    case 'python':
    case 'abi':
      return `${version.text} has no wheel for Python ${python}${has}`
    case 'platform':
      return `${version.text} has no wheel for ${platform}${has}`
    case 'musl':
      return `${version.text} has wheels for musl only${has}`
    case 'glibc':
      return `${version.text} needs a newer glibc than 2.28${has}`
    case 'requires-python':
      return `${version.text} needs Python ${detail}`
    case 'yanked':
      return `${version.text} was withdrawn (yanked)`
    case 'too-new':
      return `${version.text} is newer than the date limit`
    case 'no-wheel':
      return `${version.text} has no wheel`
  }
}
