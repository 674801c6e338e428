import type { Target } from '../../src/packaging/target.ts'

/**
 * The rules of versions written down once more, as naively as can be, for small worlds: every choice is tried. It shares
 * no code with what it checks; versions, specifiers, markers and tags are tables worked out by hand.
 */

/** Oldest first. */
export const versions = ['0.9', '1.0', '1.1', '2.0rc1', '2.0', '2.0.1', '3.0rc1'] as const
export type VersionText = (typeof versions)[number]

const all = [...versions]
/** Specifier → versions that satisfy it (PEP 440). */
export const specifiers = {
  '': all,
  '>=1.1': ['1.1', '2.0rc1', '2.0', '2.0.1', '3.0rc1'],
  '<2.0': ['0.9', '1.0', '1.1'],
  '<=1.1': ['0.9', '1.0', '1.1'],
  '>2.0': ['2.0.1', '3.0rc1'],
  '==1.0': ['1.0'],
  '==2.*': ['2.0rc1', '2.0', '2.0.1'],
  '!=2.0': all.filter(version => version !== '2.0'),
  '!=1.*': all.filter(version => version !== '1.0' && version !== '1.1'),
  '~=2.0': ['2.0', '2.0.1'],
  '>=1.0,!=1.1,<2.0.1': ['1.0', '2.0rc1', '2.0'],
  '>=2.0rc1': ['2.0rc1', '2.0', '2.0.1', '3.0rc1'],
  '==3.0rc1': ['3.0rc1'],
} satisfies Record<string, VersionText[]>
export type SpecifierText = keyof typeof specifiers

export const targets = {
  linux: { python: '3.11', platform: 'linux-x86_64' },
  oldLinux: { python: '3.8', platform: 'linux-x86_64' },
  mac: { python: '3.11', platform: 'macos-arm64' },
  windows: { python: '3.12', platform: 'windows-x86_64' },
} satisfies Record<string, Target>
export type TargetName = keyof typeof targets

/** Text → the targets where it holds. */
export const markers = {
  'sys_platform == "darwin"': ['mac'],
  'python_version < "3.12"': ['linux', 'oldLinux', 'mac'],
  'platform_system != "Windows"': ['linux', 'oldLinux', 'mac'],
  'python_version < "3.9" or sys_platform == "win32"': ['oldLinux', 'windows'],
} satisfies Record<string, TargetName[]>
export const pythons = {
  '>=3.9': ['linux', 'mac', 'windows'],
  '<3.12': ['linux', 'oldLinux', 'mac'],
  '!=3.8.*': ['linux', 'mac', 'windows'],
} satisfies Record<string, TargetName[]>
export const tags = {
  'py3-none-any': ['linux', 'oldLinux', 'mac', 'windows'],
  sdist: ['linux', 'oldLinux', 'mac', 'windows'],
  'cp311-cp311-manylinux_2_28_x86_64': ['linux'],
  'cp38-abi3-manylinux2014_x86_64': ['linux', 'oldLinux'],
  'cp311-cp311-macosx_11_0_arm64': ['mac'],
  'cp37-abi3-win_amd64': ['windows'],
} satisfies Record<string, TargetName[]>

export interface Need {
  readonly project: string
  readonly extra?: string | undefined
  readonly specifier: SpecifierText
  readonly marker?: keyof typeof markers | undefined
  /** The extra of the dependant that brings it. */
  readonly of?: string | undefined
}

export interface SmallRelease {
  readonly needs: readonly Need[]
  readonly tags: readonly (keyof typeof tags)[]
  readonly python?: keyof typeof pythons | undefined
  /** Requires-Python stands in METADATA alone. */
  readonly silentPage: boolean
  readonly yanked: boolean
}

export interface SmallWorld {
  readonly projects: Readonly<Record<string, Partial<Readonly<Record<VersionText, SmallRelease>>>>>
  readonly lines: readonly Need[]
  readonly constraints: readonly Need[]
  readonly targets: readonly TargetName[]
}

const includes = (list: readonly string[], item: string): boolean => list.includes(item)
const isPrerelease = (version: string): boolean => version.includes('rc')
const namesPrerelease = ({ specifier }: Need): boolean => specifier.includes('rc')

/** Whether a requirement counts on at least one target, for a dependant of which these extras are asked. */
function counts({ marker, of }: Need, world: SmallWorld, extra: string | undefined): boolean {
  if (of !== undefined && of !== extra) return false
  return marker === undefined || world.targets.some(target => includes(markers[marker], target))
}

/** The versions of a project that every target can have. A withdrawn one counts where a line pins it. */
function available(project: string, world: SmallWorld): VersionText[] {
  const releases = world.projects[project] ?? {}
  const asked = [...world.lines, ...world.constraints].filter(line => line.project === project)
  return versions.filter(version => {
    const release = releases[version]
    if (!release) return false
    if (release.yanked && !asked.some(({ specifier }) => specifier === `==${version}`)) return false
    return world.targets.every(
      target =>
        (release.python === undefined || includes(pythons[release.python], target)) &&
        release.tags.some(tag => includes(tags[tag], target)),
    )
  })
}

/** Whether a version meets a requirement: pre-releases only where a line or the requirement names one, or nothing else is there. */
function meets(version: VersionText, need: Need, world: SmallWorld): boolean {
  const fitting: readonly string[] = specifiers[need.specifier]
  if (!fitting.includes(version)) return false
  if (!isPrerelease(version) || namesPrerelease(need)) return true
  const lines = [...world.lines, ...world.constraints].filter(line => line.project === need.project)
  if (lines.some(namesPrerelease)) return true
  // What METADATA alone bars is not known before it is looked at.
  const listed = available(need.project, { ...world, projects: withSpeakingOnly(world) })
  return !listed.some(other => fitting.includes(other) && !isPrerelease(other))
}

/** The projects as their pages show them: a Requires-Python that only METADATA has is not there. */
function withSpeakingOnly(world: SmallWorld): SmallWorld['projects'] {
  return Object.fromEntries(
    Object.entries(world.projects).map(([project, releases]) => [
      project,
      Object.fromEntries(
        Object.entries(releases).map(([version, release]) => [
          version,
          release.silentPage ? { ...release, python: undefined } : release,
        ]),
      ),
    ]),
  )
}

/** A choice of versions for one target. */
type Choice = Readonly<Record<string, VersionText>>

/** Whether each target has a choice of versions that satisfies the lines (those of the world unless others are given). */
export function isSatisfiable(
  world: SmallWorld,
  lines: readonly Need[] = world.lines,
  constraints: readonly Need[] = world.constraints,
): boolean {
  return world.targets.every(target => {
    let found = false
    search({ ...world, targets: [target] }, { lines, constraints }, () => (found = true))
    return found
  })
}

/** How many projects have different versions on the two targets of a world, where as few have as can be. */
export function fewestDifferences(world: SmallWorld): number {
  const [first = [], second = []] = world.targets.map(target => {
    const choices = new Map<string, ReadonlyMap<string, string>>()
    search({ ...world, targets: [target] }, world, choice => {
      choices.set(JSON.stringify(Object.entries(choice).sort()), new Map(Object.entries(choice)))
      return false
    })
    return [...choices.values()]
  })
  let fewest = Number.POSITIVE_INFINITY
  for (const a of first) for (const b of second) fewest = Math.min(fewest, differences([a, b]))
  return fewest
}

/** How many projects have different versions. */
export function differences(onTargets: readonly ReadonlyMap<string, string>[]): number {
  const projects = new Set(onTargets.flatMap(versions => [...versions.keys()]))
  const versionsOf = (project: string) => new Set(onTargets.flatMap(versions => versions.get(project) ?? []))
  return [...projects].filter(project => versionsOf(project).size > 1).length
}

/** Finds the choices for the one target of a world, until `isEnough` says so. */
function search(
  world: SmallWorld,
  { lines, constraints }: Pick<SmallWorld, 'lines' | 'constraints'>,
  isEnough: (choice: Choice) => boolean,
): void {
  const barring = constraints.filter(need => counts(need, world, undefined))
  const go = (chosen: Choice, extras: readonly string[], pending: readonly Need[]): boolean => {
    const [need, ...rest] = pending
    if (!need) return isEnough(chosen)
    const { project, extra } = need
    const known = chosen[project]
    const choices = known ? [known] : available(project, world)
    return choices.some(version => {
      if (!meets(version, need, world)) return false
      if (barring.some(bar => bar.project === project && !meets(version, bar, world))) return false
      const { needs } = world.projects[project]![version]!
      const brought = (of: string | undefined) => needs.filter(other => other.of === of && counts(other, world, of))
      const name = `${project}[${extra}]`
      return go({ ...chosen, [project]: version }, extra ? [...extras, name] : extras, [
        ...rest,
        ...(known ? [] : brought(undefined)),
        ...(extra && !extras.includes(name) ? brought(extra) : []),
      ])
    })
  }
  go(
    {},
    [],
    lines.filter(need => counts(need, world, undefined)),
  )
}

/** What is wrong with the choices for the targets; nothing where they are sound. */
export function flaws(world: SmallWorld, onTargets: readonly ReadonlyMap<string, string>[]): string[] {
  return world.targets.flatMap((target, i) => flawsOn({ ...world, targets: [target] }, onTargets[i]!))
}

/** The same for the one target of a world: every requirement has to be met, and nothing in it that is not reached. */
function flawsOn(world: SmallWorld, chosen: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  const visited = new Set<string>()
  const reached = new Set<string>()
  const follow = (need: Need): void => {
    const version = chosen.get(need.project) as VersionText | undefined
    if (version === undefined) {
      found.push(`${need.project} is missing`)
      return
    }
    if (!available(need.project, world).includes(version)) found.push(`${need.project} ${version} cannot be had`)
    if (!meets(version, need, world)) found.push(`${need.project} ${version} is not ${need.specifier}`)
    reached.add(need.project)
    for (const extra of [undefined, need.extra]) {
      if (visited.has(`${need.project}[${extra}]`)) continue
      visited.add(`${need.project}[${extra}]`)
      const needs = world.projects[need.project]?.[version]?.needs ?? []
      for (const other of needs) if (other.of === extra && counts(other, world, extra)) follow(other)
    }
  }
  for (const line of world.lines) if (counts(line, world, undefined)) follow(line)
  for (const bar of world.constraints) {
    const version = chosen.get(bar.project) as VersionText | undefined
    if (version !== undefined && counts(bar, world, undefined) && !meets(version, bar, world))
      found.push(`${bar.project} ${version} is barred by ${bar.specifier}`)
  }
  for (const project of chosen.keys()) if (!reached.has(project)) found.push(`nothing asks for ${project}`)
  return found
}
