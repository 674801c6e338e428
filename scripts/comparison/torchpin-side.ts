import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Choice, chooseVersions } from '../../src/choose.ts'
import { TorchpinError } from '../../src/errors.ts'
import { openIndexes } from '../../src/indexes.ts'
import { type Options, resolveOptions } from '../../src/options.ts'
import type { Target } from '../../src/packaging/target.ts'
import { loadRequirements, type RequirementsFile } from '../../src/requirements/files.ts'
import type { Resolution } from '../../src/resolve/resolve.ts'
import { rewrite, save } from '../../src/rewrite.ts'
import { type RequirementLines, requirementLines } from '../../src/torch/lines.ts'
import { makeWheel } from '../../test/loopback/wheel.ts'

/** What torchpin makes of a file: its whole resolution, or why there is none. */
export interface TorchpinSide {
  readonly files: readonly RequirementsFile[]
  readonly lines: RequirementLines
  readonly choice: Choice | TorchpinError
}

export const target: Target = { python: '3.11', platform: 'linux-x86_64' }

/**
 * Rewrites a file where it lies, and gives the resolution behind it: `rewrite` tells of a resolution only what is
 * written, so the same steps are taken once more for the rest.
 */
export async function torchpinSide(root: string, given: Partial<Options> & { cwd: string }): Promise<TorchpinSide> {
  const onNotice = (message: string) => {
    // A comparison with what ships in the package would be none.
    if (message.includes('snapshot')) throw new Error(message)
  }
  const told = { ...given, python: [target.python], platform: [target.platform], sizes: false, onNotice }
  const options = resolveOptions(told)
  const files = await loadRequirements([root], { cwd: options.cwd, environment: options.environment })
  const lines = requirementLines(files, [target])
  try {
    await save(await rewrite([root], options))
    const indexes = await openIndexes(new Map(files.map(file => [file.absolute, file])), options)
    return { files, lines, choice: await chooseVersions(lines, indexes, [target], options.excludeNewer) }
  } catch (error) {
    if (!(error instanceof TorchpinError)) throw error
    return { files, lines, choice: error }
  }
}

/**
 * Source distributions that were chosen, as empty wheels with the dependencies that torchpin read: an installer would
 * have to run their code to know as much.
 *
 * @returns `name==version` of each
 */
export async function writeStandIns(resolution: Resolution, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const made: string[] = []
  for (const { project, version, files } of resolution.values()) {
    const [offered] = files
    if (!offered || offered.file.filename.endsWith('.whl')) continue
    const metadata = await offered.index.metadata(offered.file)
    const wheel = makeWheel(project, version.text, 'py3-none-any', metadata?.requiresDist ?? [])
    await writeFile(join(folder, wheel.filename), wheel.bytes)
    made.push(`${project}==${version.text}`)
  }
  return made.sort()
}
