import type { Finding, Savings } from '../contract/results/rewrite.ts'
import type { Target } from '../packaging/target.ts'
import type { Chosen, Resolution } from '../resolve/resolve.ts'
import { formatBytes } from '../text/bytes.ts'
import { firstNames } from '../text/lists.ts'
import { isForGpus } from '../torch/cpu-build.ts'
import { torchFamily } from '../torch/family.ts'
import type { DirectLine, RequirementLine } from '../torch/lines.ts'
import type { Unit } from './open.ts'
import { answeringLines } from './reach.ts'

/** Names listed before the rest is counted. */
const NAMES = 4

/**
 * What the files, as they are, install for GPUs: one finding for each line that brings some of it.
 *
 * @param savings bytes for the first target, where they are known
 * @param fix the command that fixes it; undefined where a rewrite changes nothing
 */
export async function cudaFindings(unit: Unit, savings: Savings | null, fix: string | undefined): Promise<Finding[]> {
  const found: Finding[] = []
  for (const target of unit.targets) {
    const install = await unit.actualInstall(target)
    if (!install) continue
    const { resolution } = install
    found.push(...findingsFor({ target, resolution, savings: target === unit.targets[0] ? savings : null }, unit, fix))
  }
  return found.filter(
    (finding, i) => found.findIndex(({ line, path }) => line === finding.line && path === finding.path) === i,
  )
}

/** What is installed on a target as the files are, and its bytes where they are known. */
interface Installed {
  readonly target: Target
  readonly resolution: Resolution
  readonly savings: Savings | null
}

function findingsFor(installed: Installed, unit: Unit, fix: string | undefined): Finding[] {
  const { lines, files } = unit
  const { target, resolution, savings } = installed
  const answering = answeringLines(unit, resolution, target)
  const groups = new Map<RequirementLine | undefined, string[]>()
  for (const chosen of resolution.values()) {
    if (!servesGpus(chosen, target, savings)) continue
    const line = answering.get(chosen.project)
    groups.set(line, [...(groups.get(line) ?? []), chosen.project])
  }
  return [...groups].map(([line, projects]) => {
    const place = line ?? lines.direct.find(({ project }) => project !== undefined && projects.includes(project))
    return {
      code: 'cuda-installed',
      level: 'error',
      path: place?.file.path ?? [...files.values()][0]!.path,
      ...(place ? { line: place.lineNumber } : {}),
      message: sentence(projects, nameOf(place), installed),
      hint: hintFor(line, place, fix),
    }
  })
}

/** What brings it: a name, or what the files install. */
function nameOf(place: DirectLine | RequirementLine | undefined): string {
  if (place === undefined) return 'what is installed'
  return 'requirement' in place ? place.requirement.name : (place.project ?? 'what is installed')
}

/** What to do: a rewrite, unless it would leave the line as it is. */
function hintFor(
  line: RequirementLine | undefined,
  place: DirectLine | RequirementLine | undefined,
  fix: string | undefined,
): string {
  if (place?.ignoredByComment)
    return 'its comment keeps it as it is; without the comment torchpin rewrite pins it to the CPU build'
  if (fix !== undefined) return fix
  return line === undefined && place
    ? 'torchpin rewrite leaves a line with a URL as it is: write the name without the URL, or the URL of a CPU build'
    : 'torchpin rewrite leaves this as it is: take out what brings it, or accept it'
}

/**
 * Only a labelled build says what it is for; a plain one of the family is for GPUs where it asks for CUDA, or where the CPU
 * index has a labelled one of its own for the target, which is what a rewrite takes.
 */
function servesGpus({ project, builds }: Chosen, target: Target, savings: Savings | null): boolean {
  const build = builds.find(build => build.target === target)
  if (!build) return false
  const cpu = savings?.packages.find(({ name }) => name === project)?.after?.version
  const giveWay = torchFamily.has(project) && build.version.local === undefined && cpu?.endsWith('+cpu')
  return isForGpus(project, build) || giveWay === true
}

function sentence(projects: readonly string[], from: string, { target, resolution, savings }: Installed): string {
  const named = projects
    .toSorted((a, b) => bytesOf(b, savings) - bytesOf(a, savings))
    .map(project => `${project} ${versionOf(project, resolution, target)}`)
  const bytes = projects.reduce((sum, project) => sum + bytesOf(project, savings), 0)
  const weight = bytes > 0 ? `, ${formatBytes(bytes)} to download` : ''
  return `${from} brings CUDA on ${target.platform}: ${firstNames(named, NAMES)}${weight}`
}

function versionOf(project: string, resolution: Resolution, target: Target): string {
  return resolution.get(project)?.builds.find(build => build.target === target)?.version.text ?? ''
}

function bytesOf(project: string, savings: Savings | null): number {
  return savings?.packages.find(({ name }) => name === project)?.before?.download ?? 0
}
