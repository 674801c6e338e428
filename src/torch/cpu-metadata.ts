import type { CoreMetadata } from '../packaging/metadata.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import { cudaOnly } from './family.ts'

/**
 * The core metadata of a CPU build as the public wheel of the same release tells it: all but what CUDA needs.
 *
 * @returns undefined where the public wheel asks for the CUDA build of torch by its label: that says nothing of the CPU build
 */
export function cpuMetadata(publicWheel: CoreMetadata): CoreMetadata | undefined {
  const needs = publicWheel.requiresDist.map(line => ({ line, requirement: parseRequirement(line) }))
  if (needs.some(({ requirement }) => requirement.specifier.text.includes('+'))) return undefined
  return {
    ...publicWheel,
    requiresDist: needs.filter(({ requirement }) => !cudaOnly.has(requirement.key)).map(({ line }) => line),
  }
}
