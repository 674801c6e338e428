import { withoutAnswer } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import { isBoundOffMac } from '../formats/toml/pyproject/poetry-bound.ts'
import { withCpuFamily } from '../locks/cpu-family.ts'
import { type Lock, type LockedNeed, type LockedPackage, type LockRoot, selectionOf } from '../locks/lock.ts'
import { resolutionOf } from '../locks/resolution.ts'
import { withoutUnasked } from '../locks/unasked.ts'
import { walk } from '../locks/walk.ts'
import { platforms } from '../packaging/target.ts'
import { parseVersion, publicVersion } from '../packaging/version.ts'
import { parseWheelFilename } from '../packaging/wheel.ts'
import type { Chosen, Resolution } from '../resolve/resolve.ts'
import { cpuOnPublicIndex, torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl, sameIndex } from '../torch/index-urls.ts'
import type { RequirementLine } from '../torch/lines.ts'
import { ruleFor } from '../torch/rules.ts'
import { unavoidedTraps } from '../torch/traps.ts'
import type { Project } from './projects.ts'
import type { ResolvedInstall } from './solve/actual-install.ts'
import type { Choice } from './solve/choose.ts'
import { proveCudaOnly } from './solve/cuda-lines.ts'
import type { Question } from './solve/solve.ts'

/**
 * Whether some projects come from an index of CPU builds, or from no index at all, as far as a lock holds them. Poetry takes
 * builds for macOS, which have no label, from the public index: of its locks, what is installed elsewhere counts.
 */
export function isLockedForCpu(lock: Lock, projects: readonly string[], cpuIndexUrl: string, python: string): boolean {
  const isCpu = ({ name, source }: LockedPackage) =>
    !projects.includes(name) || source.kind !== 'index' || readTorchIndexUrl(source.at, cpuIndexUrl)?.kind === 'cpu'
  if (lock.kind !== 'poetry.lock') return lock.packages.every(isCpu)
  return platforms
    .filter(platform => platform !== 'macos-arm64')
    .flatMap(platform => [...walk(lock, { extras: 'all', groups: 'all' }, { python, platform }).values()])
    .every(({ locked }) => isCpu(locked))
}

/**
 * `name==release` of each of the torch family in a lock: the release that was chosen, else the one that is locked, so that none
 * floats when the lock is made anew.
 */
export function heldReleases({ packages }: Lock, chosen: Resolution): string[] {
  return [...torchFamily].flatMap(project => {
    const locked = packages.find(({ name }) => name === project)
    const version = chosen.get(project)?.builds[0].version ?? (locked && parseVersion(locked.version))
    return version && locked ? [`${project}==${publicVersion(version).text}`] : []
  })
}

/** The same for what takes the place of a GPU package: the release of that package, where there is such a one. */
export async function heldAlternatives(
  { packages }: Lock,
  { lines }: Choice,
  { others }: Question['indexes'],
): Promise<string[]> {
  const held = await Promise.all(
    lines.requirements.filter(isReplaced).map(async ({ requirement, cpuRequirement: { key } }) => {
      const version = parseVersion(packages.find(({ name }) => name === requirement.key)?.version ?? '')
      const pages = await Promise.all(others.map(index => index.project(key).catch(withoutAnswer)))
      const isThere = pages.some(page =>
        page?.files.some(({ filename }) => parseWheelFilename(filename)?.version.publicKey === version?.publicKey),
      )
      return version && isThere ? `${key}==${publicVersion(version).text}` : []
    }),
  )
  return [...new Set(held.flat())]
}

/** What is asked of a lock. */
type LockQuestion = Pick<Question, 'indexes' | 'targets'> & { readonly options: Options }

/** What a project installs as its lock has it. */
export function lockedInstall(lock: Lock, { indexes, targets, options }: LockQuestion): ResolvedInstall {
  const resolution = resolutionOf(lock, selectionOf(lock, options), targets, indexes.at)
  return { resolution, exact: true, unknown: [] }
}

/**
 * The CPU-only answer that keeps what a lock has: each of the torch family at its locked release, from the CPU index, and nothing
 * that only CUDA builds need. Undefined: there is no lock, the CPU index lacks such a release for a target, or other projects
 * come in, so that it takes a resolver.
 */
export async function lockedAnswer(
  project: Project,
  { lines, ...question }: LockQuestion & Pick<Question, 'lines'>,
): Promise<Choice | undefined> {
  const { lock } = project.lock ?? {}
  if (!lock || lines.requirements.some(isReplaced)) return undefined
  const proved = await proveCudaOnly(lines, async rest => lockedInstall(namingOnly(lock, rest.requirements), question))
  const named = namingOnly(lock, proved.requirements.filter(isStaying))
  const { lock: expected, missing } = await withCpuFamily(named, question.indexes.cpuInTime)
  const { resolution } = lockedInstall(expected, question)
  // What another member or extra reaches counts too: its release has to be chosen with the rest.
  if (
    missing.some(({ project }) => !cpuOnPublicIndex.has(project)) ||
    [...torchFamily].some(name => lacksFile(resolution.get(name)))
  )
    return undefined
  return {
    resolution,
    lines: proved,
    substitutions: [],
    withoutMetadata: [],
    withTorch: lock.packages.some(({ name }) => torchFamily.has(name)),
    skipped: [],
    avoided: [],
    unavoidedTraps: unavoidedTraps(resolution),
  }
}

/** The lock has a package for a target, and no file of it that installs there. */
function lacksFile(chosen: Chosen | undefined): boolean {
  return chosen?.builds.some(({ fitting }) => fitting.length === 0) === true
}

/** The projects of the torch family in a lock that come from the CPU index: it has them, or has to have them. */
export async function servedAsLocked(lock: Lock, { cpuInTime }: Question['indexes']): Promise<ReadonlySet<string>> {
  const { missing } = await withCpuFamily(lock, cpuInTime)
  const lost = new Set(missing.map(({ project }) => project))
  return new Set(
    lock.packages
      .map(({ name }) => name)
      .filter(name => torchFamily.has(name) && !(cpuOnPublicIndex.has(name) && lost.has(name))),
  )
}

/** What the lock of a project will hold once the torch family comes from the CPU index, at the releases that were chosen. */
export async function expectedLock(
  lock: Lock,
  { lines, resolution }: Choice,
  { cpuInTime }: Question['indexes'],
): Promise<Lock> {
  const releases = [...torchFamily].flatMap(name => {
    const version = resolution.get(name)?.builds[0].version
    return version ? [[name, publicVersion(version).text] as const] : []
  })
  const named = namingOnly(lock, lines.requirements.filter(isStaying))
  return (await withCpuFamily(named, cpuInTime, new Map(releases))).lock
}

/** What a project installs by the lock that is expected; what takes the place of a GPU package is in no lock yet. */
export function expectedInstall(expected: Lock, { lines, resolution }: Choice, question: LockQuestion): Resolution {
  const installed = new Map(lockedInstall(expected, question).resolution)
  for (const { requirement, cpuRequirement } of lines.requirements.filter(isReplaced)) {
    const alternative = resolution.get(cpuRequirement.key)
    installed.delete(requirement.key)
    if (alternative && !installed.has(cpuRequirement.key)) installed.set(cpuRequirement.key, alternative)
  }
  return installed
}

const isStaying = ({ removal }: RequirementLine): boolean => removal === undefined

/** The lock, in which what the project itself names is what some lines name. */
function namingOnly(lock: Lock, lines: readonly RequirementLine[]): Lock {
  const named = new Set(lines.map(({ requirement }) => requirement.key))
  const isCuda = ({ name }: { readonly name: string }) => ruleFor(name)?.action === 'cuda-only' && !named.has(name)
  const kept = (needs: readonly LockedNeed[]) => needs.filter(need => !isCuda(need))
  const keptIn = (lists: LockRoot['extras']) => new Map([...lists].map(([name, needs]) => [name, kept(needs)]))
  const roots = lock.roots.map(root => ({
    ...root,
    needs: kept(root.needs),
    extras: keptIn(root.extras),
    groups: keptIn(root.groups),
  }))
  return withoutUnasked({ ...lock, roots })
}

const isReplaced = ({ cpuRequirement: cpu, requirement }: RequirementLine): boolean => cpu.key !== requirement.key

/** Whether a project without a lock binds each of the torch family that it installs to the CPU index already. */
export function isBoundToCpu({ root: { manifest } }: Project, resolution: Resolution, cpuIndexUrl: string): boolean {
  const isCpu = (name: string | undefined) =>
    manifest.indexes.some(index => index.name === name && sameIndex(index.url, cpuIndexUrl))
  return [...torchFamily]
    .filter(project => resolution.has(project))
    .every(project => {
      const own = manifest.sources.filter(source => source.project === project)
      return (
        own.length > 0 &&
        own.every(({ entries }) =>
          manifest.syntax === 'poetry'
            ? isBoundOffMac(entries, isCpu) || entries.every(({ index }) => isCpu(index))
            : entries.every(({ index }) => isCpu(index)),
        )
      )
    })
}
