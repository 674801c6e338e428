import { reachable } from '../formats/requirements/files.ts'
import { indexesInForce } from '../formats/requirements/index-options.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { torchFamily } from '../torch/family.ts'
import { asCpuWheel, type DirectLine, isCpuWheel } from '../torch/lines.ts'
import { type IndexStyleName, styleInForce } from './index-styles.ts'

/** How the index is written into files, as far as the run says. */
export interface AskedStyle {
  /** Undefined: as the file has it already, else as is preferred. */
  readonly style: IndexStyleName | undefined
  readonly preferred: IndexStyleName
}

/** How each file says where its CPU wheels are, by its absolute path. */
export type FileStyles = ReadonlyMap<string, IndexStyleName>

/** How each file says where its CPU wheels are: as the run was told, as the file has it already, else as is preferred. */
export function stylesOf(
  files: ReadonlyMap<string, RequirementsFile>,
  direct: readonly DirectLine[],
  cpuIndexUrl: string,
  { style, preferred }: AskedStyle,
): FileStyles {
  const withUrl = new Set(direct.filter(line => isCpuWheel(asCpuWheel(line))).map(({ file }) => file.absolute))
  const styleOf = (file: RequirementsFile): IndexStyleName => {
    // An index line breaks the build that publishes the file.
    if (file.publishedBy !== undefined) return 'none'
    const own = style ?? styleInForce(indexesInForce(file, files), cpuIndexUrl, [...torchFamily])
    if (own) return own
    const hasUrls = withUrl.size > 0 && reachable(file, files).some(path => withUrl.has(path))
    return hasUrls ? 'direct-url' : preferred
  }
  return new Map([...files].map(([path, file]) => [path, styleOf(file)]))
}
