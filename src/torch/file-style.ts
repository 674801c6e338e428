import type { RequirementsFile } from '../requirements/files.ts'
import { reachable } from '../requirements/files.ts'
import { torchFamily } from './family.ts'
import { indexesInForce } from './index-lines.ts'
import { type IndexStyleName, styleInForce } from './index-styles.ts'
import { isCpuWheel } from './lines.ts'
import type { PlanInput } from './plan.ts'

/** How a file says where its CPU wheels are: as the run was told, as the file has it already, else as is preferred. */
export function styleOf(
  file: RequirementsFile,
  { style, preferred, files, lines, cpuIndexUrl }: Omit<PlanInput, 'digests'>,
): IndexStyleName {
  const own = style ?? styleInForce(indexesInForce(file, files), cpuIndexUrl, [...torchFamily])
  if (own) return own
  const inside = reachable(file, files)
  const hasUrls = lines.direct.some(line => isCpuWheel(line) && inside.includes(line.file.absolute))
  return hasUrls ? 'direct-url' : preferred
}
