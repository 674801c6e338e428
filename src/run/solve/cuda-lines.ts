import { viaOf } from '../../formats/requirements/via.ts'
import { torchCuda, torchFamily } from '../../torch/family.ts'
import type { RequirementLine, RequirementLines } from '../../torch/lines.ts'
import { meant } from '../../torch/meaning.ts'
import { ruleFor } from '../../torch/rules.ts'
import type { ResolvedInstall } from './actual-install.ts'

/**
 * Lets stay what looks like a part of a CUDA build and is not proved to be one. Proof is, in this order: the annotation
 * that a compiler left, a torch beside it that has asked for such a library in one release or another, and what the
 * files bring in as they are without the line.
 *
 * @param installOf resolves what the given lines install without any change
 */
export async function proveCudaOnly(
  lines: RequirementLines,
  installOf: (lines: RequirementLines) => Promise<ResolvedInstall | undefined>,
): Promise<RequirementLines> {
  const beside = [
    ...lines.requirements.map(line => line.cpuRequirement.key),
    ...lines.direct.map(({ project }) => project ?? ''),
  ]
  const withTorch = beside.some(project => torchFamily.has(project))
  const isProved = (line: RequirementLine) =>
    (withTorch && torchCuda.has(line.requirement.key)) || onlyForGpus(viaOf(line.file, line.statement))
  const doubted = lines.requirements.filter(line => line.removal === 'cuda-only' && !isProved(line))
  if (doubted.length === 0) return lines
  const rest = { ...lines, requirements: lines.requirements.filter(line => line.removal !== 'cuda-only') }
  const before = await installOf(rest)
  return {
    ...lines,
    requirements: lines.requirements.map(line =>
      doubted.includes(line) && !before?.resolution.has(line.requirement.key)
        ? meant(line.written, { cpuRequirement: line.cpuRequirement, removal: undefined, retainedBecause: 'unproved' })
        : line,
    ),
  }
}

function onlyForGpus(via: readonly string[]): boolean {
  return via.length > 0 && via.every(project => torchFamily.has(project) || ruleFor(project) !== undefined)
}
