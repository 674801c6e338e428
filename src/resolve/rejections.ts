import type { Platform, Target } from '../packaging/target.ts'
import { publicVersion, type Version } from '../packaging/version.ts'
import { enumerated } from '../text/lists.ts'
import type { Rejection } from './provider/candidates.ts'

/** Reasons told of one project; the newest versions are what people mean. */
const MOST_REASONS = 2
/** Versions that are listed one by one. */
const MOST_LISTED = 3

/** The nearest miss first: what tells most of a version whose builds fail for different reasons. */
const nearest: readonly Rejection['reason'][] = [
  'yanked',
  'too-new',
  'requires-python',
  'python',
  'abi',
  'glibc',
  'musl',
  'platform',
  'no-wheel',
]

/** Why some versions that exist cannot be had. */
export interface Reason {
  /** `2.0.0 to 2.1.0` */
  readonly versions: string
  /** `has no wheel for Python 3.12, only for Python 3.8 to 3.11` */
  readonly reason: string
}

/** Why versions that exist cannot be had, the newest of them first. */
export function reasonsFor(rejections: readonly Rejection[], target: Target): Reason[] {
  const groups = new Map<string, Rejection[]>()
  for (const rejection of onePerRelease(rejections).toReversed()) {
    const reason = reasonOf(rejection, target, one)
    groups.set(reason, [rejection, ...(groups.get(reason) ?? [])])
  }
  return [...groups.values()].slice(0, MOST_REASONS).map(group => ({
    versions: listOf(group.map(({ version }) => version)),
    reason: reasonOf(group[0]!, target, group.length > 1 ? many : one),
  }))
}

/** A release has builds under several labels (2.1.0+cpu, and 2.1.0 for macOS): the one that is nearest to fitting speaks. */
function onePerRelease(rejections: readonly Rejection[]): Rejection[] {
  const byRelease = new Map<string, Rejection>()
  for (const rejection of rejections) {
    const { publicKey } = rejection.version
    const other = byRelease.get(publicKey)
    if (!other || nearest.indexOf(rejection.reason) < nearest.indexOf(other.reason)) byRelease.set(publicKey, rejection)
  }
  return [...byRelease.values()]
}

/** Versions in their order, oldest first, local labels left out: `2.0.0 and 2.1.0`, `1.13.0 to 2.1.0`. */
export function listOf(versions: readonly Version[]): string {
  const names = [...new Set(versions.map(version => publicVersion(version).text))]
  return names.length > MOST_LISTED ? `${names[0]} to ${names.at(-1)}` : enumerated(names)
}

/** Verbs for one version and for many. */
const one = { has: 'has', needs: 'needs', is: 'is', was: 'was' }
const many: typeof one = { has: 'have', needs: 'need', is: 'are', was: 'were' }

function reasonOf({ reason, detail = '' }: Rejection, { python, platform }: Target, verb: typeof one): string {
  const tags = detail.split(', ')
  switch (reason) {
    case 'python':
      return `${verb.has} no wheel for Python ${python}, only for ${pythonsOf(tags)}`
    case 'abi':
      return `${verb.has} wheels for another build of Python ${python} only (free-threaded, say)`
    case 'platform':
      return `${verb.has} no wheel for ${platform}, only for ${platformsOf(tags)}`
    case 'musl':
      return `${verb.has} wheels for musl (Alpine) only`
    case 'glibc':
      return `${verb.needs} ${glibcOf(tags)}, and a Linux target is taken to have 2.28`
    case 'requires-python':
      return `${verb.needs} Python ${detail}`
    case 'yanked':
      return `${verb.was} withdrawn (yanked)`
    case 'too-new':
      return `${verb.is} newer than the date limit`
    case 'no-wheel':
      return `${verb.has} no wheel`
  }
}

/** `cp38, cp39, cp310` → `Python 3.8 to 3.10`; with a gap between them, one by one. */
export function pythonsOf(tags: readonly string[]): string {
  const found = tags.flatMap(tag => /^(?:cp|py)3(\d+)$/.exec(tag)?.[1] ?? []).map(Number)
  const minors = [...new Set(found)].toSorted((a, b) => a - b)
  const [first, last] = [minors[0], minors.at(-1)]
  if (first === undefined || last === undefined) return tags.join(', ')
  const run = minors.length > 2 && last - first === minors.length - 1
  return `Python ${run ? `3.${first} to 3.${last}` : enumerated(minors.map(minor => `3.${minor}`))}`
}

const systems: readonly [RegExp, Platform | string][] = [
  [/^(?:many)?linux.*_x86_64$/, 'linux-x86_64'],
  [/^(?:many)?linux.*_aarch64$/, 'linux-aarch64'],
  [/^(?:many)?linux.*_i686$/, '32-bit Linux'],
  [/^musllinux/, 'musl (Alpine)'],
  [/^macosx.*_(?:arm64|universal2)$/, 'macos-arm64'],
  [/^macosx/, 'macOS on Intel'],
  [/^win_amd64$/, 'windows-x86_64'],
  [/^win32$/, '32-bit Windows'],
]

/** Platform tags as the platforms that people know. */
function platformsOf(tags: readonly string[]): string {
  const names = tags.map(tag => systems.find(([pattern]) => pattern.test(tag))?.[1] ?? tag)
  return enumerated([...new Set(names)])
}

/** The oldest glibc that the tags ask for. */
function glibcOf(tags: readonly string[]): string {
  const minors = tags.flatMap(tag => /^manylinux_2_(\d+)_/.exec(tag)?.[1] ?? []).map(Number)
  return minors.length > 0 ? `glibc 2.${Math.min(...minors)}` : tags.join(', ')
}
