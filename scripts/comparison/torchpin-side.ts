import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TorchpinError } from '../../src/contract/errors.ts'
import { type Options, resolveOptions } from '../../src/contract/options.ts'
import { filesByPath, loadRequirements } from '../../src/formats/requirements/files.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import type { CoreMetadata } from '../../src/packaging/metadata.ts'
import type { Target } from '../../src/packaging/target.ts'
import { compareVersions, type Version } from '../../src/packaging/version.ts'
import { parseSdistFilename } from '../../src/packaging/wheel.ts'
import type { Resolution } from '../../src/resolve/resolve.ts'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import { answerTo, type Choice, isSolved } from '../../src/run/solve/choose.ts'
import { openIndexes } from '../../src/run/solve/indexes.ts'
import { type RequirementLines, requirementLines } from '../../src/torch/lines.ts'
import { makeWheel } from '../../test/loopback/wheel.ts'

/** What torchpin makes of a file: its whole resolution, or why there is none. */
export interface TorchpinSide {
  readonly files: readonly RequirementsFile[]
  /** As they were read; what the choice has decided about them is there. */
  readonly lines: RequirementLines
  readonly choice: Choice | TorchpinError
  /** The main index. */
  readonly index: PackageIndex
}

export const target: Target = { python: '3.11', platform: 'linux-x86_64' }

/**
 * Rewrites a file where it lies, and gives the resolution behind it: `rewrite` tells of a resolution only what is
 * written, so the same steps are taken once more for the rest.
 */
export async function torchpinSide(root: string, given: Partial<Options> & { cwd: string }): Promise<TorchpinSide> {
  const side = await chosenFrom(root, given)
  if (side.choice instanceof TorchpinError) return side
  try {
    await save(await rewrite([root], sideOptions(given)))
    return side
  } catch (error) {
    if (!(error instanceof TorchpinError)) throw error
    return { ...side, choice: error }
  }
}

function sideOptions(given: Partial<Options> & { cwd: string }): Options {
  const onNotice = (message: string) => {
    // A comparison with what ships in the package would be none.
    if (message.includes('snapshot')) throw new Error(message)
  }
  const told = { ...given, python: [target.python], platform: [target.platform], sizes: false, onNotice }
  return resolveOptions(told)
}

/** The resolution alone; the file stays as it is. */
export async function chosenFrom(root: string, given: Partial<Options> & { cwd: string }): Promise<TorchpinSide> {
  const options = sideOptions(given)
  const files = await loadRequirements([root], { cwd: options.cwd, environment: options.environment })
  const read = requirementLines(files, [target])
  // Lines that name a URL are left out on uv's side, so what they bring does not count here either.
  const lines = { ...read, direct: read.direct.map(line => ({ ...line, wheel: undefined })) }
  const indexes = await openIndexes(filesByPath(files), options)
  const index = indexes.others[0]!
  try {
    const choice = await answerTo({ lines, indexes, targets: [target], options })
    return { index, files, lines, choice: isSolved(choice) ? choice : await choice.why(async () => undefined) }
  } catch (error) {
    if (!(error instanceof TorchpinError)) throw error
    return { index, files, lines, choice: error }
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
  for (const { project, builds } of resolution.values()) {
    const [{ version, file, index }] = builds
    if (file.filename.endsWith('.whl')) continue
    await writeStandIn(project, version, await index.metadata(file), folder)
    made.push(`${project}==${version.text}`)
  }
  return made.sort()
}

/** The same for a source distribution that was not chosen, the pinned or the newest one; false where the index has none. */
export async function standInFor(
  project: string,
  pin: Version | undefined,
  index: PackageIndex,
  folder: string,
): Promise<boolean> {
  const page = await index.project(project)
  const found = (page?.files ?? [])
    .flatMap(file => {
      const of = parseSdistFilename(file.filename, project)
      return of && (pin ? compareVersions(of, pin) === 0 : !of.isPrerelease) ? [{ file, version: of }] : []
    })
    .toSorted((a, b) => compareVersions(a.version, b.version))
    .at(-1)
  if (found) await writeStandIn(project, found.version, await index.metadata(found.file), folder)
  return found !== undefined
}

async function writeStandIn(project: string, { text }: Version, metadata: CoreMetadata | undefined, folder: string) {
  const wheel = makeWheel(project, text, 'py3-none-any', metadata?.requiresDist ?? [])
  await writeFile(join(folder, wheel.filename), wheel.bytes)
}
