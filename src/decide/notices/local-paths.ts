import type { Diagnostic } from '../../contract/results/rewrite.ts'
import { parseWheelFilename } from '../../packaging/wheel.ts'
import { torchFamily } from '../../torch/family.ts'
import { type DirectLine, urlOf } from '../../torch/lines.ts'

/** Folders in which conda builds packages; `pip freeze` copies them out of what conda installed. */
const condaBuild =
  /\/(?:croots?|conda-bld|feedstock_root|build_artifacts)\/|^\/(?:[A-Z]:\/)?(?:tmp\/build|bld|work\/ci_py\d*|home\/ktietz|Users\/ktietz)\//

/**
 * What is to be told of a line that takes its package from an absolute path: other machines do not have it.
 * @returns undefined for a line that names anything else
 */
export function ofLocalPath(line: DirectLine): Diagnostic | undefined {
  const { project, lineNumber } = line
  const path = /^file:(?:\/\/(?:localhost)?)?(\/[^#?]*)/i.exec(urlOf(line) ?? '')?.[1]
  if (path === undefined) return undefined
  const name = project ?? 'the package'
  const wheel = parseWheelFilename(path.slice(path.lastIndexOf('/') + 1))
  const instead = wheel
    ? `${name}==${wheel.version.text}`
    : `${name}==VERSION (python -m pip list --format=freeze prints it)`
  const isFamily = project !== undefined && torchFamily.has(project)
  const hint = isFamily ? `write ${name} without the path to have it pinned to a CPU build` : `write ${instead}`
  return condaBuild.test(path)
    ? {
        code: 'conda-build-path',
        level: 'warning',
        line: lineNumber,
        message: `${name} comes from ${path}, where conda built it: no other machine has that folder`,
        hint,
      }
    : {
        code: isFamily ? 'torch-from-url' : 'direct-reference',
        level: 'warning',
        line: lineNumber,
        message: `${name} comes from ${path}, which other machines may not have`,
        hint,
      }
}
