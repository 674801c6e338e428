import { TorchpinError } from '../errors.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import type { RequirementsFile } from '../requirements/files.ts'
import type { Installed } from '../resolve/resolve.ts'
import { isDirectHashed } from './direct-change.ts'
import { torchFamily } from './family.ts'
import { pinsOf } from './line-change.ts'
import { cpuWheelOf, isHashed } from './lines.ts'
import type { PlanInput } from './plan.ts'

/** The SHA-256 of files whose index does not give it, in lower-case hexadecimal, by URL. */
export type Digests = ReadonlyMap<string, string>

/** The files whose hashes the lines of a run will carry. */
export function hashedFiles(plan: Omit<PlanInput, 'digests'>): IndexFile[] {
  const direct = plan.lines.direct.filter(isDirectHashed).flatMap(line => cpuWheelOf(line)?.file ?? [])
  return [...hashedBuilds(plan).map(({ file }) => file), ...direct]
}

/** The builds that lines of hashed files will name, those of projects that get a line among them. */
function hashedBuilds(plan: Omit<PlanInput, 'digests'>): Installed[] {
  const { requirements, constraints } = plan.lines
  const lines = [...requirements, ...constraints]
  const hashed = lines.filter(isHashed)
  const named = new Set(lines.map(line => line.cpu.key))
  const gained = hashed.length > 0 ? [...torchFamily].filter(project => !named.has(project)) : []
  return [
    ...hashed.flatMap(line => pinsOf(line, plan).flatMap(({ builds }) => builds)),
    ...gained.flatMap(project => plan.resolution.get(project)?.builds ?? []),
  ]
}

/**
 * The hashes that a line of a hashed file carries for these builds: those of every wheel of the version that installs on
 * one of the targets, since an installer there may know another tag as the best one.
 * @throws TorchpinError INDEX_UNREADABLE where the chosen wheel's is not known: a hashed file with a missing hash does not install
 */
export function hashesOf(builds: readonly Installed[], file: RequirementsFile, digests: Digests): string[] {
  const hashes = builds.flatMap(build => {
    const chosen = digestOf(build.file, digests)
    if (!chosen) {
      throw new TorchpinError(
        'INDEX_UNREADABLE',
        `${file.path} pins hashes, and that of ${build.file.filename} is not to be had from ${build.index.url}`,
        { hint: 'run again where the wheel can be fetched, or take the hashes out of the file' },
      )
    }
    const others = build.fitting.filter(({ filename }) => isWheel(filename) === isWheel(build.file.filename))
    return [chosen, ...others.flatMap(other => digestOf(other, digests) ?? [])]
  })
  return [...new Set(hashes)].map(hash => `sha256:${hash}`)
}

function digestOf({ hashes, url }: IndexFile, digests: Digests): string | undefined {
  return hashes['sha256'] ?? digests.get(url)
}

const isWheel = (filename: string): boolean => filename.endsWith('.whl')
