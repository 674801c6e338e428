import type { RequirementsFile } from '../requirements/files.ts'
import { reachable } from '../requirements/files.ts'
import { torchFamily } from './family.ts'
import { indexesInForce } from './index-lines.ts'
import { byVersion, type IndexStyleName, indexStyles, styleInForce, type UrlOf } from './index-styles.ts'
import { asCpuWheel, isCpuWheel } from './lines.ts'
import type { PlanInput } from './plan.ts'

/** How a file says where its CPU wheels are: as the run was told, as the file has it already, else as is preferred. */
export function styleOf(
  file: RequirementsFile,
  { style, preferred, files, lines, cpuIndexUrl }: Omit<PlanInput, 'digests'>,
): IndexStyleName {
  const own = style ?? styleInForce(indexesInForce(file, files), cpuIndexUrl, [...torchFamily])
  if (own) return own
  const inside = reachable(file, files)
  const hasUrls = lines.direct.some(line => isCpuWheel(asCpuWheel(line)) && inside.includes(line.file.absolute))
  return hasUrls ? 'direct-url' : preferred
}

/** At which URLs the lines of a file take builds of the torch family. */
export function urlsIn(file: RequirementsFile, input: Omit<PlanInput, 'digests'>): UrlOf {
  const { style, lines } = input
  // Asked for each line, and what is in force in a file takes a look at all files: most runs have no URL to look for.
  const mayHave = style === undefined ? lines.direct.some(line => isCpuWheel(asCpuWheel(line))) : style === 'direct-url'
  return mayHave ? indexStyles[styleOf(file, input)].urlOf : byVersion
}
