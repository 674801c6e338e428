import { evaluateMarker } from '../packaging/marker.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { environmentFor, type Target } from '../packaging/target.ts'
import type { Version } from '../packaging/version.ts'
import type { OfferedFile } from './candidates.ts'
import { type ProjectProvider, parseKey } from './project-provider.ts'
import { solve } from './solver.ts'

/** A requirement and the line that states it. */
export interface Line {
  readonly requirement: Requirement
  /** `requirements.txt:3` */
  readonly where: string
}

export interface Chosen {
  readonly project: string
  readonly version: Version
  /** For each target, the file that an installer would take. */
  readonly files: readonly OfferedFile[]
  /** The projects it asks for, on at least one target. */
  readonly needs: readonly string[]
}

/** One version for every project that is installed, by canonical name. Projects taken from a URL are not in it. */
export type Resolution = ReadonlyMap<string, Chosen>

/** Whether a line's marker lets it apply on at least one of the targets. */
export function appliesTo({ marker }: Requirement, targets: readonly Target[]): boolean {
  return !marker || targets.some(target => evaluateMarker(marker, environmentFor(target)))
}

/**
 * Finds one version for every project that the lines reach, on every target.
 * @throws NoSolution
 */
export async function resolve(
  provider: ProjectProvider,
  targets: readonly Target[],
  lines: readonly Line[],
  constraints: readonly Line[],
): Promise<Resolution> {
  const asked = await Promise.all(
    lines
      .filter(line => appliesTo(line.requirement, targets))
      .map(line => provider.dependenciesOf(line.requirement, line.where)),
  )
  const barring = constraints
    .filter(line => appliesTo(line.requirement, targets))
    .map(({ requirement, where }) => provider.constraintOf(requirement, where))
  const solution = await solve(asked.flat(), barring, provider)
  const chosen = new Map<string, Chosen>()
  for (const [key, position] of solution) {
    const { project } = parseKey(key)
    const candidate = provider.known(project)?.candidates[position]
    if (!candidate) continue
    const found = await provider.dependencies(key, position)
    const needs = 'unusable' in found ? [] : found.map(dependency => parseKey(dependency.key).project)
    const before = chosen.get(project)?.needs ?? []
    chosen.set(project, {
      project,
      version: candidate.version,
      files: candidate.chosen,
      needs: [...new Set([...before, ...needs])].filter(name => name !== project),
    })
  }
  return chosen
}
