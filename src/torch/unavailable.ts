import type { PackageIndex } from '../package-index/project-page.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import { type SpecifierSet, satisfies } from '../packaging/specifier.ts'
import type { Target } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseSdistFilename, parseWheelFilename } from '../packaging/wheel.ts'
import type { Candidates, Rejection } from '../resolve/provider/candidates.ts'
import type { ProjectProvider } from '../resolve/provider/project-provider.ts'
import { listOf, pythonsOf, reasonsFor } from '../resolve/rejections.ts'
import { enumerated } from '../text/lists.ts'
import { remembered } from '../text/memo.ts'
import { nearName } from '../text/near-name.ts'
import { torchFamily } from './family.ts'
import { sameIndex } from './index-urls.ts'
import type { DirectLine } from './lines.ts'
import { trapNames } from './trap-names.ts'

/** Why nothing meets a requirement, and what can be done about it. */
export interface Unavailable {
  /** Begins with a small letter and has no full stop. */
  readonly sentences: readonly string[]
  /** What the line could ask for instead, where a line asks. */
  readonly instead?: string
  /** What helps. Which other Python would help is not known here. */
  readonly fix?: 'another Python' | (string & {})
}

/** Where the versions of a project were looked for. */
export interface Searched {
  readonly provider: ProjectProvider
  readonly target: Target
  readonly direct: readonly DirectLine[]
  readonly cpu: PackageIndex
  readonly others: readonly PackageIndex[]
  /** What an index is called: `the public index`. */
  readonly nameOf: (index: PackageIndex) => string
}

/**
 * Why no version of a project meets some requirements. Checks the causes in the order of their worth to the reader: taken from
 * elsewhere, no such project, no index that could be asked, another build label, no wheel for the target, withdrawn, not on this
 * index yet, never released.
 */
export async function unavailable(
  project: string,
  requirements: readonly string[],
  searched: Searched,
): Promise<Unavailable> {
  const line = searched.direct.find(line => line.project === project)
  if (line) return takenFromElsewhere(project, line)
  const found = await searched.provider.project(project)
  if (found.candidates.length === 0 && found.rejections.length === 0) return noSuchProject(project, searched)
  const wanted = requirements.map(requirement => parseRequirement(requirement).specifier)
  const newest = wanted
    .flatMap(({ clauses }) => clauses.flatMap(({ version }) => parseVersion(version) ?? []))
    .toSorted(compareVersions)
    .at(-1)
  const rejected = found.rejections.filter(({ version }) => wanted.some(set => satisfies(set, version)))
  if (!searched.provider.knowsAll(project, newest)) return notListed(project, rejected, found, searched)
  return (
    otherLabel(project, wanted, found, searched) ??
    (rejected.length > 0 ? unfit(project, rejected, found, searched) : neverSeen(project, wanted, found, searched))
  )
}

function takenFromElsewhere(project: string, { file, lineNumber, version }: DirectLine): Unavailable {
  const where = `${file.path}:${lineNumber}`
  return {
    sentences: [`${where} fixes ${project}${version === undefined ? '' : ` at ${version}`}, whatever the indexes have`],
    fix: `change ${where}`,
  }
}

function noSuchProject(project: string, { cpu, others, nameOf }: Searched): Unavailable {
  if (torchFamily.has(project)) {
    return {
      sentences: [`${nameOf(cpu)} has no wheel of ${project}`],
      fix: `give --cpu-index-url an index that has CPU builds of ${project}`,
    }
  }
  const meant = torchName(project)
  if (meant) return { sentences: [`no index has a project named ${project}`], instead: `did you mean ${meant}?` }
  if (others.length === 0) {
    return {
      sentences: [`no index is left to ask for ${project}: an -i, --index-url or --no-index took the public one away`],
      fix: besidePublic,
    }
  }
  if (cpuAlone(cpu, others)) {
    return {
      sentences: [
        `the CPU index has no project named ${project}, and is the only one: an -i or --index-url put it in the place of the public one`,
      ],
      fix: besidePublic,
    }
  }
  return {
    sentences: [`no index has a project named ${project} (asked: ${others.map(nameOf).join(', ')})`],
    instead: `check how ${project} is spelled`,
    fix: `name the index that has ${project} with --extra-index-url`,
  }
}

const besidePublic =
  "name PyTorch's index with --extra-index-url, which stands beside the public index and not in its place"

/** Whether `--index-url` replaced the public index with the CPU index, and there is no other. */
function cpuAlone(cpu: PackageIndex, others: readonly PackageIndex[]): boolean {
  return others.length > 0 && others.every(({ url }) => sameIndex(url, cpu.url))
}

/** The indexes that could not be asked: they may have more. */
async function notListed(
  project: string,
  rejected: readonly Rejection[],
  { candidates }: Candidates,
  { target, cpu, others, nameOf }: Searched,
): Promise<Unavailable> {
  const indexes = torchFamily.has(project) ? [cpu] : others
  const pages = await Promise.all(indexes.map(index => index.project(project)))
  const place = enumerated(indexes.filter((_, i) => (pages[i]?.origin ?? 'live') !== 'live').map(nameOf))
  const { python, platform } = target
  const known = candidates.length > 0 ? listOf(candidates.map(({ version }) => version)) : 'none'
  return {
    sentences: [
      `${place} could not be asked, and of ${project} for Python ${python} on ${platform} torchpin knows ${known}`,
      ...rejected
        .filter(({ reason, detail }) => reason === 'python' && detail !== undefined)
        .slice(-1)
        .map(({ version, detail }) => `it knows ${project} ${listOf([version])} for ${pythonsOf(detail!.split(', '))}`),
    ],
    fix: 'run again where the indexes can be reached',
  }
}

/** The member of the torch family that a mistyped name probably means. */
export function torchName(mistyped: string): string | undefined {
  return likeTorch(mistyped).name
}

/** A thousand files ask for much the same projects. */
const likeTorch = remembered((mistyped: string) => {
  const names = [...torchFamily]
  return { name: nearName(mistyped, names) ?? nearName(mistyped.replace(/^py-?|-?(?:cpu|gpu)$/g, ''), names) }
})

/** `torch==2.1.0+cpu` on macOS, where the CPU build has no label; `+cu118` on the index of CPU builds. */
function otherLabel(
  project: string,
  wanted: readonly SpecifierSet[],
  { candidates }: Candidates,
  { target }: Searched,
): Unavailable | undefined {
  const pins = wanted.flatMap(({ clauses }) => clauses.flatMap(({ version }) => parseVersion(version) ?? []))
  const pin = pins.find(
    ({ local, publicKey }) => local !== undefined && candidates.some(({ version }) => version.publicKey === publicKey),
  )
  if (!pin) return undefined
  const release = publicVersion(pin).text
  const why = pin.local === 'cpu' ? `: the plain ${project} ${release} is the CPU build there` : ''
  return {
    sentences: [`${project} ${release} has no +${pin.local} build for ${target.platform}${why}`],
    instead: `ask for ${project}==${release} without the label`,
  }
}

/** The versions exist, but do not install on a target. */
function unfit(
  project: string,
  rejected: readonly Rejection[],
  { candidates }: Candidates,
  { target }: Searched,
): Unavailable {
  const newest = rejected.at(-1)!
  const place = `Python ${target.python} on ${target.platform}`
  const usable = candidates.map(({ version }) => version)
  const rest =
    usable.length > 0 ? `for ${place} there is ${project} ${listOf(usable)}` : `no version of ${project} fits ${place}`
  return {
    sentences: [
      ...reasonsFor(rejected, target).map(({ versions, reason }) => `${project} ${versions} ${reason}`),
      rest,
    ],
    ...(usable.length > 0 ? { instead: askForAnother(project) } : {}),
    ...fixFor(project, newest),
  }
}

function fixFor(project: string, { version, reason }: Rejection): Pick<Unavailable, 'fix'> {
  switch (reason) {
    case 'python':
    case 'abi':
    case 'requires-python':
      return { fix: 'another Python' }
    case 'glibc':
    case 'musl':
    case 'platform':
      return { fix: 'choose another --platform' }
    case 'yanked':
      return { fix: `pin ${project}==${publicVersion(version).text}: an exact pin takes a withdrawn version` }
    default:
      return {}
  }
}

const askForAnother = (project: string): string => `ask for a version of ${project} that is there`

/** No index in use has ever had such a version. */
async function neverSeen(
  project: string,
  wanted: readonly SpecifierSet[],
  { candidates, rejections }: Candidates,
  { cpu, others, nameOf }: Searched,
): Promise<Unavailable> {
  const known = [...candidates, ...rejections].map(({ version }) => version).toSorted(compareVersions)
  const newest = publicVersion(known.at(-1)!).text
  const ofFamily = torchFamily.has(project)
  const ahead = ofFamily ? await firstWith(project, wanted, others) : undefined
  if (ahead && compareVersions(ahead.version, known.at(-1)!) > 0) {
    const usable = candidates.at(-1)
    return {
      sentences: [
        `${nameOf(cpu)} does not have ${project} ${ahead.version.text} yet, its newest is ${newest}`,
        `${nameOf(ahead.index)} has it already, since new releases come there first`,
      ],
      ...(usable ? { instead: `ask for ${project}==${publicVersion(usable.version).text} for now` } : {}),
    }
  }
  const place = ofFamily ? nameOf(cpu) : others.map(nameOf).join(', ')
  if (ahead) {
    return {
      sentences: [`${nameOf(cpu)} has no build of ${project} ${ahead.version.text}, only ${listOf(known)}`],
      instead: askForAnother(project),
    }
  }
  const trap = trapNames.get(project)
  const meant = trap && torchName(project)
  return {
    sentences: [
      `there is no such version of ${project}: ${place} has ${nearby(wanted, known)}`,
      ...(trap ? [`${project} may not be what is meant: ${trap}`] : []),
    ],
    instead: meant ? `write ${meant} in place of ${project}` : askForAnother(project),
    ...(!ofFamily && cpuAlone(cpu, others) && { fix: besidePublic }),
  }
}

/** The versions on either side of one that does not exist, or the span of all of them. */
function nearby(wanted: readonly SpecifierSet[], known: readonly Version[]): string {
  const pin = wanted
    .flatMap(({ clauses }) => clauses)
    .filter(({ operator }) => operator === '==')
    .flatMap(({ version }) => parseVersion(version) ?? [])[0]
  const before = pin && known.findLast(version => compareVersions(version, pin) < 0)
  const after = pin && known.find(version => compareVersions(version, pin) > 0)
  if (!before || !after) return listOf(known)
  return `${publicVersion(before).text} and ${publicVersion(after).text}, and nothing between`
}

/** The first index that has a wanted version, and the newest such version. One that cannot be asked is skipped. */
async function firstWith(
  project: string,
  wanted: readonly SpecifierSet[],
  indexes: readonly PackageIndex[],
): Promise<{ index: PackageIndex; version: Version } | undefined> {
  for (const index of indexes) {
    const page = await index.project(project).catch(() => undefined)
    const version = (page?.files ?? [])
      .flatMap(({ filename }) => parseWheelFilename(filename)?.version ?? parseSdistFilename(filename, project) ?? [])
      .filter(version => wanted.some(set => satisfies(set, version)))
      .toSorted(compareVersions)
      .at(-1)
    if (version) return { index, version }
  }
  return undefined
}
