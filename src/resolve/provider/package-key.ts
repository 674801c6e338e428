import { canonicalizeName } from '../../packaging/names.ts'
import type { Requirement } from '../../packaging/requirement.ts'

/** A package of the solver: a project, or a project with one extra (`name[extra]`), which brings the extra's needs. */
export interface PackageKey {
  readonly project: string
  readonly extra?: string
}

export function packageKey(project: string, extra?: string): string {
  return extra ? `${project}[${extra}]` : project
}

export function parseKey(key: string): PackageKey {
  const bracket = key.indexOf('[')
  return bracket < 0 ? { project: key } : { project: key.slice(0, bracket), extra: key.slice(bracket + 1, -1) }
}

/** The packages of the solver that a requirement asks for: the project, and each extra of it. */
export function keysOf({ key, extras }: Pick<Requirement, 'key' | 'extras'>): string[] {
  if (extras.length === 0) return [key]
  return [key, ...extras.map(extra => packageKey(key, canonicalizeName(extra)))]
}
