import type { Target } from '../packaging/target.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { torchFamily } from '../torch/family.ts'
import type { RequirementLine } from '../torch/lines.ts'
import type { Unit } from './open.ts'
import { isInstalledLine } from './selected.ts'

/**
 * Which line is to answer for each project of an install: the one that names it; else one of the torch family that brings
 * it; else the first that does. Extras and groups that are not installed answer only for what nothing else brings.
 *
 * @returns by project; what a URL or a folder brings is answered for by no line
 */
export function answeringLines(
  { lines: { requirements }, project, options }: Pick<Unit, 'lines' | 'project' | 'options'>,
  resolution: Resolution,
  target: Target,
): Map<string, RequirementLine> {
  const all = answeringAmong(requirements, resolution, target)
  if (!project) return all
  const installed = requirements.filter(line => isInstalledLine(line, project, options))
  return new Map([...all, ...answeringAmong(installed, resolution, target)])
}

/** @param lines those that ask for something on the target */
function answeringAmong(
  lines: readonly RequirementLine[],
  resolution: Resolution,
  target: Target,
): Map<string, RequirementLine> {
  const here = lines.filter(line => line.targets.includes(target))
  const isFamily = (line: RequirementLine) => torchFamily.has(line.requirement.key)
  const answering = new Map(here.toReversed().map(line => [line.requirement.key, line]))
  const named: ReadonlySet<string> = new Set(answering.keys())
  for (const line of [...here.filter(isFamily), ...here.filter(line => !isFamily(line))]) {
    for (const project of broughtBy(line.requirement.key, named, resolution, target))
      if (!answering.has(project)) answering.set(project, line)
  }
  return answering
}

/** What a project brings, but for what comes with another that has a line of its own. */
function broughtBy(
  project: string,
  named: ReadonlySet<string>,
  resolution: Resolution,
  target: Target,
): ReadonlySet<string> {
  const seen = new Set<string>()
  const waiting = [project]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next) || (next !== project && named.has(next))) continue
    seen.add(next)
    for (const need of resolution.get(next)?.builds.find(build => build.target === target)?.needs ?? [])
      waiting.push(need)
  }
  return seen
}
