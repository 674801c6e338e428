import type { ReleaseResult, VersionsResult } from '../versions-result.ts'
import type { Pen } from './pen.ts'

/** What the text and the markdown report both say of releases, in words. */

/** `3.10–3.14, 3.13t–3.14t`: runs, the free-threaded ones behind. */
export function pythonRuns(pythons: readonly string[], { none }: Pen['glyphs']): string {
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

/** What the companion asks of torch: `==2.13.0`. */
export function torchNeed({ requires }: ReleaseResult, { none }: Pen['glyphs']): string {
  return requires === null ? none : requires.slice('torch'.length) || 'any'
}

/** The companions that go with some release of the list. */
export function companionsShown({ releases }: VersionsResult): string[] {
  const names = Object.keys(releases[0]?.pairs ?? {}).filter(name => name !== 'torch')
  return names.filter(name => releases.some(({ pairs }) => pairs[name]!.length > 0))
}

/** The newest companion of that name that goes with the release. */
export function newestPair({ pairs }: ReleaseResult, name: string, { none }: Pen['glyphs']): string {
  return pairs[name]?.[0] ?? none
}

/** What the list is of, and from when its facts are unless they are of today: `CPU wheels of torch for Python 3.14`, `as of …`. */
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

/** What the columns do not tell: what `t` is, where another version has to be pinned, that there is more. */
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
