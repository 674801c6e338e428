import { asTheyWere } from './as-they-were.ts'
import type { Question } from './settle.ts'
import { torchCuda, torchFamily } from './torch/family.ts'
import type { RequirementLine, RequirementLines } from './torch/lines.ts'
import { ruleFor } from './torch/rules.ts'
import { viaOf } from './torch/via.ts'

/**
 * Lets stay what looks like a part of a CUDA build and is not proved to be one. Proof is, in this order: the annotation
 * that a compiler left, a torch beside it that has asked for such a library in one release or another, and what the
 * files bring in as they are without the line.
 */
export async function proveCudaOnly({ lines, indexes, targets, options }: Question): Promise<RequirementLines> {
  const beside = [...lines.requirements.map(line => line.cpu.key), ...lines.direct.map(({ project }) => project ?? '')]
  const withTorch = beside.some(project => torchFamily.has(project))
  const isProved = (line: RequirementLine) =>
    (withTorch && torchCuda.has(line.requirement.key)) || onlyForGpus(viaOf(line))
  const doubted = lines.requirements.filter(line => line.leaves === 'cuda-only' && !isProved(line))
  if (doubted.length === 0) return lines
  const rest = { ...lines, requirements: lines.requirements.filter(line => line.leaves !== 'cuda-only') }
  const before = await asTheyWere(rest, indexes, targets, options)
  return {
    ...lines,
    requirements: lines.requirements.map(line =>
      doubted.includes(line) && !before?.resolution.has(line.requirement.key)
        ? { ...line, leaves: undefined, stays: 'unproved' }
        : line,
    ),
  }
}

function onlyForGpus(via: readonly string[]): boolean {
  return via.length > 0 && via.every(project => torchFamily.has(project) || ruleFor(project) !== undefined)
}
