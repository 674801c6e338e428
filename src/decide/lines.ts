import type { Pin, Removal, Restatement } from '../formats/decision.ts'
import { publicVersion } from '../packaging/version.ts'
import { torchFamily } from '../torch/family.ts'
import { readTorchIndexUrl } from '../torch/index-urls.ts'
import type { RequirementLine } from '../torch/lines.ts'
import { ruleFor } from '../torch/rules.ts'
import type { Trap } from '../torch/traps.ts'
import { type Entry, isExact, isHashed, isLeftAlone } from './entry.ts'
import { hashesOf } from './hashes.ts'
import { byVersion, indexStyleRules, type UrlOf } from './index-styles.ts'
import { type PinGroup, pinGroupsOf } from './pin-groups.ts'
import type { Digests, IndexWriting, Versions } from './versions.ts'

/**
 * What becomes of an entry; undefined where it stays as it is.
 * @throws TorchpinError INDEX_UNREADABLE: see `hashesOf`
 */
export function decisionOn(
  line: Entry,
  versions: Versions,
  indexes: IndexWriting,
  digests: Digests,
): Restatement | Removal | undefined {
  const about = { at: line.statement.span, name: line.requirement.key }
  if (isLeftAlone(line)) return undefined
  if (line.removal) return { kind: 'remove', ...about, reason: removalReasons[line.removal](line) }
  const groups = pinsOf(line, versions, indexes)
  const pins = groups.map(
    (group): Pin => ({
      version: group.version.text,
      url: group.url,
      marker: group.marker,
      hashes: isHashed(line) ? hashesOf(group.builds, line.file, digests) : [],
      reason: reasonOf(line, group, versions.avoided),
    }),
  )
  const changes = changesOf(line, groups.length > 0 || shouldPin(line, versions))
  const ignoredIndexes = ignoredIndexesOf(line, indexes)
  const stays = Object.values(changes).every(change => change === undefined)
  if (stays && pins.length === 0 && ignoredIndexes.length === 0) return undefined
  const reason = reasonOf(line, groups[0], versions.avoided)
  return { kind: kindOf(line, groups[0]), ...about, ...changes, pins, ignoredIndexes, reason }
}

/** What becomes of an entry whose version a lock file says; undefined where it stays as it is. */
export function decisionWithoutPin(line: Entry): Restatement | Removal | undefined {
  if (isLeftAlone(line)) return undefined
  const about = { at: line.statement.span, name: line.requirement.key }
  if (line.removal) return { kind: 'remove', ...about, reason: removalReasons[line.removal](line) }
  const changes = changesOf(line, false)
  if (Object.values(changes).every(change => change === undefined)) return undefined
  const isRelabelled = changes.specifier !== undefined && changes.project === undefined
  const reason = isRelabelled
    ? 'the index says which build; a label shuts other platforms out'
    : reasonOf(line, undefined, [])
  return { kind: kindOf(line, undefined), ...about, ...changes, pins: [], ignoredIndexes: [], reason }
}

/** The versions that an entry is to be pinned to, with their targets; none where it is not to be pinned, or is already. */
export function pinsOf(line: Entry, versions: Versions, indexes: IndexWriting): PinGroup[] {
  const chosen = versions.resolution.get(line.cpuRequirement.key)
  if (!chosen || line.removal || isLeftAlone(line) || !shouldPin(line, versions)) return []
  const groups = pinGroupsOf(chosen, line.targets, urlsFor(line, indexes))
  return groups.length === 1 && isPinnedTo(line, groups[0]!) ? [] : groups
}

/** A constraint stays one: it holds beside a URL, and of one that names a URL pip forgets the extras. */
function urlsFor({ cpuRequirement: cpu, file }: Entry, { styles }: IndexWriting): UrlOf {
  const free = torchFamily.has(cpu.key) && file.role === 'requirements'
  return free ? indexStyleRules[styles.get(file.absolute)!].urlOf : byVersion
}

function shouldPin(line: Entry, { pin, avoided }: Versions): boolean {
  const family = torchFamily.has(line.cpuRequirement.key)
  // An exact pin is the user's, unless it is one to another build.
  if (isExact(line)) return family || line.cpuRequirement !== line.requirement
  if (line.file.role === 'constraints') return false
  if (family || line.statement.kind === 'unreadable' || pin === 'all' || trapFor(line, avoided)) return true
  return pin === 'ranges' && line.requirement.specifier.clauses.length > 0
}

const trapFor = (line: Entry, traps: readonly Trap[]): Trap | undefined =>
  traps.find(({ requirement }) => requirement.key === line.cpuRequirement.key)

function isPinnedTo({ requirement, cpuRequirement: cpu, statement }: Entry, { version, url }: PinGroup): boolean {
  const [only, ...more] = requirement.specifier.clauses
  return (
    url === undefined &&
    statement.kind !== 'unreadable' &&
    requirement.key === cpu.key &&
    more.length === 0 &&
    only?.operator === '==' &&
    sameText(only.version, version.text)
  )
}

const sameText = (a: string, b: string): boolean => a.toLowerCase().replace(/^v/, '') === b.toLowerCase()

/** What else than its version an entry changes. One that installers refuse is only repaired. */
function changesOf(
  { requirement, cpuRequirement: cpu, statement }: Entry,
  pinned: boolean,
): Pick<Restatement, 'project' | 'extras' | 'specifier'> {
  if (statement.kind === 'unreadable') return { project: undefined, extras: undefined, specifier: undefined }
  return {
    project: requirement.key === cpu.key ? undefined : cpu.name,
    extras: cpu.extras === requirement.extras ? undefined : cpu.extras,
    specifier: pinned || cpu.specifier.text === requirement.specifier.text ? undefined : cpu.specifier.text,
  }
}

/** pip reads index options on the line of a requirement and ignores them: `torch==2.0 --index-url …/cu118`. */
function ignoredIndexesOf({ statement: { ignoredOptions = [] } }: Entry, { cpuIndexUrl }: IndexWriting): string[] {
  return ignoredOptions.flatMap(({ value }) =>
    value !== undefined && readTorchIndexUrl(value, cpuIndexUrl) ? [value] : [],
  )
}

const removalReasons = {
  'cuda-only': () => 'only CUDA builds need it',
  'no-cpu-form': ({ requirement: { key } }: Entry) => {
    const rule = ruleFor(key)
    return rule && 'because' in rule ? rule.because : 'it has no CPU build'
  },
  alternative: ({ cpuRequirement: cpu }: Entry) => `${cpu.name} is in the file already`,
} satisfies Record<NonNullable<RequirementLine['removal']>, (line: Entry) => string>

function kindOf(line: Entry, group: PinGroup | undefined): Restatement['kind'] {
  if (line.cpuRequirement.key !== line.requirement.key) return 'replace'
  return torchFamily.has(line.cpuRequirement.key) && (!group || isExact(line)) ? 'switch' : 'pin'
}

function reasonOf(line: Entry, group: PinGroup | undefined, avoided: readonly Trap[]): string {
  const rule = ruleFor(line.requirement.key)
  if (line.cpuRequirement.key !== line.requirement.key && rule?.action === 'replace') return rule.because
  if (line.cpuRequirement.extras.length < line.requirement.extras.length) return 'an extra of it brings CUDA'
  if (!group) return 'pip ignores index options on a requirement line'
  if (line.statement.kind === 'unreadable') return 'a local version label is legal only behind == (PEP 440)'
  if (torchFamily.has(line.cpuRequirement.key))
    return group.version.local ? 'CPU build' : 'the build without a label is the CPU build there'
  const trap = trapFor(line, avoided)
  if (line.preferredVersion && !trap) return 'the files it is compiled from ask for another release'
  return trap
    ? `${trap.project} ${publicVersion(trap.version).text} ${trap.because}`
    : 'newest that goes with the rest of the file'
}
