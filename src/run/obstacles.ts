import { withoutAnswer } from '../contract/errors.ts'
import { resolveFileLink } from '../package-index/file-link.ts'
import { releasesOf } from '../package-index/releases.ts'
import type { Requirement } from '../packaging/requirement.ts'
import { satisfies } from '../packaging/specifier.ts'
import { type Target, wheelRank, whyNot } from '../packaging/target.ts'
import { compareVersions, parseVersion, publicVersion, type Version } from '../packaging/version.ts'
import { parseWheelFilename, type WheelTags } from '../packaging/wheel.ts'
import { comparePythons, pythonsNamed } from '../packaging/wheel-places.ts'
import { admitsPython, type Build, type Candidates, type Rejection } from '../resolve/provider/candidates.ts'
import { keysOf, parseKey } from '../resolve/provider/package-key.ts'
import type { ProjectProvider } from '../resolve/provider/project-provider.ts'
import { reasonsFor } from '../resolve/rejections.ts'
import { targetsOf } from '../resolve/resolve.ts'
import { andMore, enumerated } from '../text/lists.ts'
import { torchFamily } from '../torch/family.ts'
import type { RequirementLine, RequirementLines } from '../torch/lines.ts'
import { nearest, standsIn } from '../torch/nearest.ts'
import { isKeptTorch, type TargetWorld } from './solve/solve.ts'
import type { Unit } from './unit.ts'

/** A reason against a Python. */
export interface Obstacle {
  /** `numpy 1.24.3 (requirements.txt:4) has no wheel for Python 3.12, only for Python 3.8 to 3.11` */
  readonly sentence: string
  /** Whether no choice of versions gets around it. */
  readonly certain: boolean
}

/** A requirement and its origin: the place of a line, or the name of a project. */
interface Ask {
  readonly requirement: Requirement
  readonly line?: RequirementLine
  readonly by: string
}

/**
 * The reasons against the one Python of a unit that show without the resolver: lines that apply on other Pythons only, and
 * releases that were made for older Pythons. Looks at the newest possible release of each project, from those that lines name
 * to all that they need; which release is chosen in the end is up to the resolver.
 *
 * @param pythons all Pythons under consideration, including this one
 * @returns all obstacles of the lines themselves; if there are none, the first one among their needs
 */
export async function obstaclesTo(unit: Unit, pythons: readonly string[]): Promise<readonly Obstacle[]> {
  const stated = [...unappliedLines(unit, pythons), ...wheelsForOthers(unit)]
  if (stated.length > 0) return stated
  for (const world of unit.worlds()) {
    const found = await obstaclesIn({ ...world, unit, pythons })
    if (found.length > 0) return found
  }
  return []
}

/** A target, what it finds, and what is asked about it. */
interface Place extends Pick<TargetWorld, 'target' | 'provider'> {
  readonly unit: Unit
  readonly pythons: readonly string[]
}

async function obstaclesIn(place: Place): Promise<readonly Obstacle[]> {
  const { target, provider, unit } = place
  const asked = new Map<string, Ask[]>()
  const seen = new Set<string>()
  let wave = unit.lines.requirements
    .filter(line => line.targets.includes(target) && !line.removal && !isKeptTorch(line))
    .map((line): Ask => ({ requirement: line.cpuRequirement, line, by: line.where }))
  while (wave.length > 0) {
    for (const ask of wave) asked.set(ask.requirement.key, [...(asked.get(ask.requirement.key) ?? []), ask])
    const projects = [...new Set(wave.map(({ requirement }) => requirement.key))]
    // An index that does not answer is no reason for or against.
    const looks: Look[] = await Promise.all(
      projects.map(async project => (await look(project, asked.get(project)!, place).catch(withoutAnswer)) ?? {}),
    )
    const found = looks.flatMap(({ obstacle }) => obstacle ?? [])
    if (found.length > 0) return found
    const keys = [...new Set(wave.flatMap(({ requirement }) => keysOf(requirement)))]
    const positions = new Map(projects.map((project, i) => [project, looks[i]!.position]))
    const needs = await Promise.all(
      keys.map(async key => {
        const position = positions.get(parseKey(key).project)
        const step = `${key} ${position}`
        if (position === undefined || seen.has(step)) return []
        seen.add(step)
        return (await needsOf(key, position, provider).catch(withoutAnswer)) ?? []
      }),
    )
    const unusable = needs.flat().find(need => 'sentence' in need)
    if (unusable) return [unusable]
    wave = needs.flat().filter((need): need is Ask => 'requirement' in need && isNews(need, asked))
  }
  return []
}

/** Whether a line that applies names a project that no index has any file of, for any Python. */
export async function asksInVain(unit: Unit): Promise<boolean> {
  for (const { target, provider } of unit.worlds()) {
    const asking = unit.lines.requirements.filter(line => line.targets.includes(target) && !line.removal)
    for (const { cpuRequirement: cpu } of asking) {
      const found = await provider.project(cpu.key).catch(withoutAnswer)
      if (found && found.candidates.length === 0 && found.rejections.length === 0) return true
    }
  }
  return false
}

/** Whether a requirement adds anything to those that were asked so far. */
function isNews({ requirement }: Ask, asked: ReadonlyMap<string, readonly Ask[]>): boolean {
  const known = asked.get(requirement.key) ?? []
  return !known.some(
    other =>
      other.requirement.specifier.text === requirement.specifier.text &&
      requirement.extras.every(extra => other.requirement.extras.includes(extra)),
  )
}

/**
 * Lines that apply on other Pythons and not on that of the unit, if these are all lines of the unit, or all lines of a project
 * of the torch family.
 */
function unappliedLines({ lines, targets }: Unit, pythons: readonly string[]): Obstacle[] {
  const elsewhere = pythons.flatMap(python => targets.map(({ platform }): Target => ({ python, platform })))
  const asking = askingLines(lines).filter(
    line => targetsOf(line.marker ? { marker: line.marker } : {}, elsewhere).length > 0,
  )
  const family = [...new Set(asking.map(({ project }) => project))].filter(project => torchFamily.has(project))
  const groups = [asking, ...family.map(of => asking.filter(({ project }) => project === of))]
  const left = groups.find(group => group.length > 0 && group.every(({ applies }) => !applies))
  const { python } = targets[0]!
  if (!left) return []
  const [{ where, project }] = left as [AskingLine, ...AskingLine[]]
  return [
    {
      sentence:
        left.length === 1
          ? `${project} (${where}) does not apply to Python ${python}`
          : `${where}${andMore(left.length - 1)} do not apply to Python ${python}`,
      certain: false,
    },
  ]
}

/** The parts of a line that decide whether it applies. */
interface AskingLine {
  readonly project: string
  readonly where: string
  readonly marker: Requirement['marker']
  readonly applies: boolean
}

function askingLines({ requirements, direct }: RequirementLines): AskingLine[] {
  return [
    ...requirements
      .filter(line => !line.ignoredByComment)
      .map(({ requirement: { key, marker }, where, targets }) => ({
        project: key,
        where,
        marker,
        applies: targets.length > 0,
      })),
    ...direct.map(({ project = '', statement, file, lineNumber, targets }) => ({
      project,
      where: `${file.path}:${lineNumber}`,
      marker: statement.kind === 'reference' ? statement.marker : statement.requirement.marker,
      applies: targets.length > 0,
    })),
  ]
}

/** Wheels given by URL that are for other Pythons than that of the unit. */
function wheelsForOthers({ lines, targets }: Unit): Obstacle[] {
  return lines.direct.flatMap(({ statement, file, lineNumber, targets: applying }) => {
    const url = statement.kind === 'reference' ? statement.target : (statement.requirement.url ?? '')
    const wheel = /^https?:/i.test(url) ? parseWheelFilename(resolveFileLink(url, url)?.filename ?? '') : undefined
    if (!wheel || !applying.some(target => whyNot(wheel, target) === 'python')) return []
    const { python } = targets[0]!
    const sentence = `${wheel.name} ${publicVersion(wheel.version).text} (${file.path}:${lineNumber}) is a wheel for Python ${enumerated(pythonsNamed(wheel))}, not for ${python}`
    return [{ sentence, certain: false }]
  })
}

interface Look {
  readonly obstacle?: Obstacle
  /** The candidate that is looked at. */
  readonly position?: number
}

async function look(project: string, asks: readonly Ask[], place: Place): Promise<Look> {
  const { target, provider, unit, pythons } = place
  const found = await provider.project(project)
  if (provider.known(project) === undefined) return {}
  const bars = unit.lines.constraints.filter(line => line.targets.includes(target))
  const { candidates } = found
  const asking = [...asks.map(({ requirement }) => requirement), ...bars.map(({ cpuRequirement: cpu }) => cpu)].filter(
    ({ key }) => key === project,
  )
  const position = await provider.firstAdmitted(project, asking)
  const obstacle = async (rejected: Rejection, certain: boolean): Promise<Look> => {
    const name = nameOf(project, rejected.version, asks)
    const reason = (await isOfSnapshot(project, unit))
      ? `has no wheel for Python ${target.python} that the snapshot knows`
      : reasonsFor([rejected], target)[0]!.reason
    return { obstacle: { sentence: `${name} ${reason}`, certain } }
  }
  const isWanted = ({ reason, version }: Rejection) =>
    (reason === 'python' || reason === 'requires-python') &&
    !version.isPrerelease &&
    asking.every(({ specifier }) => satisfies(specifier, version))
  const newestWanted = () => firstOf(found.rejectedFromNewest(), isWanted)
  if (position === undefined) {
    const rejected = newestWanted()
    if (rejected)
      return obstacle(
        rejected,
        asks.every(({ line }) => line !== undefined && !standsIn(line)),
      )
    const standIn = missingStandIn(asks, found)
    return standIn ? obstacle(standIn, false) : {}
  }
  // A pre-release counts only if there is nothing else, and another Python may have something else.
  const final = candidates[position]!.isPrerelease ? newestWanted() : undefined
  if (final) return obstacle(final, false)
  const { build, version } = candidates[position]!
  const older = pythons.filter(python => comparePythons(python, target.python) < 0)
  const isOldest = unit.options.resolution === 'lowest-direct' && asks.some(({ line }) => line)
  const tooNew = firstOf(
    isOldest ? [] : until(found.rejectedFromNewest(), other => compareVersions(other.version, version) <= 0),
    rejection => isWanted(rejection) && madeForOlder(rejection, target, older),
  )
  if (tooNew) return obstacle(tooNew, false)
  const unbuilt = await unbuiltFor(project, build, place)
  return unbuilt ? obstacle(unbuilt, false) : { position }
}

function firstOf<Item>(items: Iterable<Item>, holds: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (holds(item)) return item
  return undefined
}

function* until<Item>(items: Iterable<Item>, ends: (item: Item) => boolean): Generator<Item> {
  for (const item of items) {
    if (ends(item)) return
    yield item
  }
}

/** Whether a project may have versions that are not known here. */
async function isOfSnapshot(project: string, { indexes }: Unit): Promise<boolean> {
  const asked = torchFamily.has(project) ? [indexes.cpu] : indexes.others
  const pages = await Promise.all(asked.map(index => index.project(project)))
  return pages.some(page => page?.origin === 'snapshot')
}

/** `numpy 1.24.3 (requirements.txt:4)`, `onnxruntime 1.23.2, which chromadb needs,` */
function nameOf(project: string, version: Version, [first]: readonly Ask[]): string {
  const name = `${project} ${publicVersion(version).text}`
  return first!.line ? `${name} (${first!.by})` : `${name}, which ${first!.by} needs,`
}

/** The release that would replace a pin to a GPU build if the Python allowed it. */
function missingStandIn(asks: readonly Ask[], { candidates, rejections }: Candidates): Rejection | undefined {
  const pin = asks.flatMap(({ line }) => {
    const exact =
      line && standsIn(line)
        ? line.cpuRequirement.specifier.clauses.find(({ operator }) => operator === '==')
        : undefined
    return (exact && parseVersion(exact.version)) ?? []
  })[0]
  if (!pin) return undefined
  const rejected = rejections.filter(({ reason }) => reason === 'python' || reason === 'requires-python')
  const all = [...candidates, ...rejected].map(({ version }) => version).toSorted(compareVersions)
  const standIn = nearest(all, pin)
  return rejected.find(({ version }) => version === standIn)
}

/** Whether a release was made for older Pythons only, and not for newer ones. */
function madeForOlder({ reason, detail = '' }: Rejection, target: Target, older: readonly string[]): boolean {
  if (reason === 'requires-python') return older.some(python => admitsPython(detail, { ...target, python }))
  const minors = [...detail.matchAll(/\b(?:cp|py)3(\d+)/g)].map(([, minor]) => Number(minor))
  const own = Number(target.python.split('.')[1])
  return minors.length > 0 && minors.every(minor => minor < own)
}

/** A source that would have to be built although the release has wheels for other Pythons under consideration. */
async function unbuiltFor(
  project: string,
  { file, index, version }: Build,
  { target, pythons }: Place,
): Promise<Rejection | undefined> {
  if (file.filename.endsWith('.whl')) return undefined
  const page = await index.project(project)
  const release = page && releasesOf(page).find(({ text }) => text === version.text)
  const wheels = Array.from({ length: release?.length ?? 0 }, (_, i) => release!.wheel(i))
  const near = wheels.filter(
    (wheel): wheel is WheelTags =>
      wheel !== undefined &&
      whyNot(wheel, target) === 'python' &&
      pythons.some(python => wheelRank(wheel, { ...target, python }) !== undefined),
  )
  if (near.length === 0) return undefined
  return { version, reason: 'python', detail: [...new Set(near.flatMap(({ pythons }) => pythons))].join(', ') }
}

/** What a candidate needs, or the obstacle if its metadata rules the Python out. */
async function needsOf(key: string, position: number, provider: ProjectProvider): Promise<(Ask | Obstacle)[]> {
  const needs = await provider.needs(key, position)
  const { project } = parseKey(key)
  const { version } = (await provider.project(project)).candidates[position]!
  if (!('unusable' in needs)) return needs.map(requirement => ({ requirement, by: project }))
  return /^needs Python/.test(needs.unusable)
    ? [{ sentence: `${project} ${publicVersion(version).text} ${needs.unusable}`, certain: false }]
    : []
}
