import type { Requirement } from '../packaging/requirement.ts'
import { parseSpecifierSet, type SpecifierSet } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { parseVersion } from '../packaging/version.ts'
import { cpuExtras } from './extras.ts'
import { isAcceleratorLabel, torchFamily } from './family.ts'
import { ruleFor } from './rules.ts'

/**
 * The requirement that replaces one in a CPU-only file: another project if there is an alternative without CUDA on all targets,
 * and without extras that bring CUDA or the label of a CUDA build. If nothing changes, it returns the same object.
 */
export function cpuForm(requirement: Requirement, targets: readonly Target[]): Requirement {
  const alternative = alternativeTo(requirement.key, targets)
  const extras = cpuExtras(requirement.key, requirement.extras)
  const specifier = withoutLabels(requirement, alternative !== undefined || torchFamily.has(requirement.key))
  if (!alternative && extras === requirement.extras && specifier === requirement.specifier) return requirement
  return { ...requirement, ...(alternative && { name: alternative.with, key: alternative.with }), extras, specifier }
}

function alternativeTo(project: string, targets: readonly Target[]) {
  const rule = ruleFor(project)
  const everywhere =
    rule?.action === 'replace' && targets.every(({ platform }) => rule.platforms?.includes(platform) ?? true)
  return everywhere ? rule : undefined
}

/**
 * The label goes, the release stays. Where another build takes its place `===2.1.0` becomes `==2.1.0`, since arbitrary
 * equality would refuse 2.1.0+cpu (PEP 440).
 */
function withoutLabels({ key, specifier }: Requirement, givesWay: boolean): SpecifierSet {
  const clauses = specifier.clauses.map(({ operator, version }) => {
    const label = parseVersion(version)?.local
    const relabel = label !== undefined && (torchFamily.has(key) || isAcceleratorLabel(label))
    return `${operator === '===' && givesWay ? '==' : operator}${relabel ? version.slice(0, version.indexOf('+')) : version}`
  })
  const same = clauses.every(
    (clause, i) => clause === `${specifier.clauses[i]!.operator}${specifier.clauses[i]!.version}`,
  )
  return same ? specifier : parseSpecifierSet(clauses.join(','))
}
