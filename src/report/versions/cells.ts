import type { ReleaseResult, VersionsResult } from '../../contract/results/versions.ts'
import type { Formatter } from '../formatter.ts'
import { code, prose } from '../markdown-text.ts'
import type { ColumnOf } from '../table.ts'

/** The columns of the list, for text and markdown; those of companions and dates only where there are some. */
export function columnsOf(
  result: VersionsResult,
  { glyphs }: Formatter,
): Record<'version' | 'pythons' | 'platforms', ColumnOf<ReleaseResult>> &
  Record<'pairs' | 'uploaded', ColumnOf<ReleaseResult>[]> {
  const { releases } = result
  const column = (title: string, text: (release: ReleaseResult) => string): ColumnOf<ReleaseResult> => ({
    title,
    text,
    markdown: prose,
  })
  return {
    version: {
      title: 'version',
      text: ({ version, yanked }) => (yanked ? `${version} yanked` : version),
      color: ({ yanked }) => (yanked ? 'yellow' : undefined),
      markdown: (_, { version, yanked }) => (yanked ? `${code(version)} (yanked)` : code(version)),
    },
    pythons: column('Pythons', ({ pythons }) => pythonRuns(pythons, glyphs)),
    platforms: {
      ...column('platforms', ({ platforms }) => platforms.join(' ')),
      markdown: (_, { platforms }) => prose(platforms.join(', ')),
    },
    pairs:
      result.package === 'torch'
        ? companionsShown(result).map(name => column(name, ({ pairs }) => pairs[name]?.[0] ?? glyphs.none))
        : [column('torch', release => torchNeed(release, glyphs))],
    uploaded: releases.every(({ uploaded }) => uploaded === null)
      ? []
      : [column('uploaded', ({ uploaded }) => uploaded?.slice(0, 10) ?? '')],
  }
}

/** `3.10–3.14, 3.13t–3.14t`: runs, the free-threaded ones behind. */
function pythonRuns(pythons: readonly string[], { none }: Formatter['glyphs']): string {
  const ordinary = runs(pythons.filter(python => !python.endsWith('t')))
  const free = runs(pythons.filter(python => python.endsWith('t')))
  return [...ordinary, ...free].map(run => (run.length > 1 ? `${run[0]}${none}${run.at(-1)}` : run[0])).join(', ')
}

function runs(pythons: readonly string[]): string[][] {
  const minor = (python: string) => Number(/^3\.(\d+)/.exec(python)?.[1])
  const found: string[][] = []
  for (const python of pythons) {
    const run = found.at(-1)
    if (run && minor(run.at(-1)!) + 1 === minor(python)) run.push(python)
    else found.push([python])
  }
  return found
}

const short: Readonly<Record<string, string>> = { 'macos-arm64': 'macos', 'windows-x86_64': 'windows' }

/** `linux macos windows`: what can be targeted, and `linux` where both machines can. */
export function shortPlatforms(platforms: readonly string[]): string {
  const linux = ['linux-x86_64', 'linux-aarch64'].filter(platform => platforms.includes(platform))
  const others = platforms.flatMap(platform => short[platform] ?? [])
  return [...(linux.length === 2 ? ['linux'] : linux), ...others].join(' ')
}

/** The torch that a companion requires: `==2.13.0`. */
function torchNeed({ requires }: ReleaseResult, { none }: Formatter['glyphs']): string {
  return requires === null ? none : requires.slice('torch'.length) || 'any'
}

/** The companions that go with some release of the list. */
function companionsShown({ releases }: VersionsResult): string[] {
  const names = Object.keys(releases[0]?.pairs ?? {}).filter(name => name !== 'torch')
  return names.filter(name => releases.some(({ pairs }) => pairs[name]!.length > 0))
}

/** What the list contains, and the date of its facts unless they are today's: `CPU wheels of torch for Python 3.14`, `as of …`. */
export function subject({ package: name, filter: { python, platforms }, index }: VersionsResult): string[] {
  const facts = {
    live: [],
    cache: ['as last seen (cache)'],
    snapshot: [`as of ${index.snapshotDate ?? 'the release of torchpin'} (snapshot)`],
  }
  const pythons = python.length > 0 ? ` for Python ${python.join(', ')}` : ''
  const on = platforms.length > 0 ? ` on ${platforms.join(', ')}` : ''
  return [`CPU wheels of ${name}${pythons}${on}`, ...facts[index.origin]]
}

/** What the columns do not show: what `t` means, where another version has to be pinned, that there are older releases. */
export function remarks(result: VersionsResult): string[] {
  const { releases, more } = result
  const threaded = releases.flatMap(({ pythons }) => pythons.filter(python => python.endsWith('t'))).at(0)
  return [
    ...(more ? ['there are older ones (--all)'] : []),
    ...(threaded ? [`${threaded} is the free-threaded Python ${threaded.slice(0, -1)}`] : []),
    ...unlabelled(result),
  ]
}

/** Where the version to pin is not the one in the list: `no label on macos-arm64: torch==2.14.1 there`. */
function unlabelled({ package: name, releases }: VersionsResult): string[] {
  const platforms = new Set(releases.flatMap(({ pins }) => Object.keys(pins)))
  const where = new Map<string, string[]>()
  for (const platform of platforms) {
    const there = releases.filter(({ pins }) => pins[platform] !== undefined)
    const plain = there.filter(({ pins, version }) => pins[platform] !== version)
    const newest = plain[0]
    if (!newest) continue
    const since = there.indexOf(newest)
    const upTo = since > 0 && there.length - since === plain.length
    const scope = plain.length === there.length ? '' : upTo ? ` up to ${newest.release}` : ` in ${listed(plain)}`
    const remark = `${scope}: pin ${name}==${newest.pins[platform]} there`
    where.set(remark, [...(where.get(remark) ?? []), platform])
  }
  return [...where].map(([remark, places]) => `no label on ${places.join(', ')}${remark}`)
}

const listed = (releases: readonly ReleaseResult[]): string => releases.map(({ release }) => release).join(', ')

/** The lines of a requirements file that take the newest release that is not withdrawn. */
export function linesToPin({ package: name, releases, index }: VersionsResult): string[] {
  const newest = releases.find(({ yanked }) => !yanked) ?? releases[0]
  return newest ? [`--extra-index-url ${index.url}`, `${name}==${newest.version}`] : []
}
