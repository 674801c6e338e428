import type { Installed, Resolution } from '../resolve/resolve.ts'
import { torchFamily } from '../torch/family.ts'
import { cpuWheelOf, type RequirementLines } from '../torch/lines.ts'
import { isDirectHashed } from './direct-lines.ts'
import { isHashed } from './entry.ts'
import { pinsOf } from './lines.ts'
import type { IndexWriting, Versions } from './versions.ts'

/** The files whose hashes the lines of a run will carry. */
export function hashedFiles(lines: RequirementLines, versions: Versions, indexes: IndexWriting): Installed['file'][] {
  const { requirements, constraints, direct } = lines
  const asking = [...requirements, ...constraints]
  const hashed = asking.filter(isHashed)
  const named = new Set(asking.map(line => line.cpuRequirement.key))
  return [
    ...hashed.flatMap(line => pinsOf(line, versions, indexes).flatMap(({ builds }) => builds)),
    ...(hashed.length > 0 ? gainedBuilds(versions.resolution, named) : []),
  ]
    .map(({ file }) => file)
    .concat(direct.filter(isDirectHashed).flatMap(line => cpuWheelOf(line)?.file ?? []))
}

/** The builds of projects that get a line of their own among others that carry hashes. */
function gainedBuilds(resolution: Resolution, named: ReadonlySet<string>): Installed[] {
  return [...torchFamily]
    .filter(project => !named.has(project))
    .flatMap(project => resolution.get(project)?.builds ?? [])
}
