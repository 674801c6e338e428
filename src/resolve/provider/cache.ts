import type { IndexFile, PackageIndex, ProjectPage } from '../../package-index/project-page.ts'
import { releaseListOf } from '../../package-index/releases.ts'
import { evaluateMarker } from '../../packaging/marker.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseRequirement, type Requirement } from '../../packaging/requirement.ts'
import { admitsPrereleases, type SpecifierSet, satisfying } from '../../packaging/specifier.ts'
import { environmentFor, type Target } from '../../packaging/target.ts'
import type { Version } from '../../packaging/version.ts'
import { once } from '../../text/memo.ts'
import { VersionSet } from '../pubgrub/version-set.ts'
import {
  type CandidateRules,
  type Candidates,
  candidatesOf,
  type Fit,
  fitFor,
  type Needs,
  newestIn,
  type OfferedFile,
} from './candidates.ts'

type Page = { readonly page: ProjectPage; readonly index: PackageIndex }

/**
 * What is worked out once for all resolutions of a run: a thousand units ask for the same projects, and each unit asks
 * several times. It holds nothing that depends on what was asked before, so that an answer is the same with and without it.
 */
export class ResolveCache {
  readonly #candidates = new WeakMap<ProjectPage, Map<string, Candidates>>()
  readonly #admitted = new WeakMap<Candidates, Map<string, VersionSet>>()
  readonly #newest = new WeakMap<VersionSet, number>()
  readonly #withdrawn = new WeakMap<ProjectPage, readonly Version[]>()
  readonly #metadata = new WeakMap<PackageIndex, PackageIndex['metadata']>()
  readonly #read = new WeakMap<PackageIndex, Map<string, CoreMetadata>>()
  readonly #needs = new WeakMap<CoreMetadata, Map<string, readonly Requirement[]>>()
  readonly #needsOfCandidates = new WeakMap<Candidates, Map<number | string, Needs>>()
  readonly #requirements = new Map<string, Requirement | undefined>()
  readonly #targets = new Map<string, Target>()
  readonly #fits = new Map<string, Fit>()
  readonly #numbers = new WeakMap<object, number>()
  #count = 0

  /** The target that is the same: what a run shares tells targets apart by the object. */
  target(same: Target): Target {
    return at(this.#targets, nameOf(same), () => same)
  }

  /** As the function of that name. Rules without a name are not compared. */
  candidatesOf(pages: readonly Page[], rules: CandidateRules): Candidates {
    const make = () => {
      const fit = at(this.#fits, nameOf(rules.target), () => fitFor(rules.target))
      return candidatesOf(pages, rules, fit)
    }
    const [first] = pages
    if (!first || rules.name === undefined) return make()
    const ofPage = at(this.#candidates, first.page, () => new Map<string, Candidates>())
    return at(ofPage, this.#keyOf(pages, rules), make)
  }

  /** Which of the candidates a specifier lets in. @param prereleases whether they count as any other version */
  admitted(of: Candidates, specifier: SpecifierSet, prereleases: boolean): VersionSet {
    const ofCandidates = at(this.#admitted, of, () => new Map<string, VersionSet>())
    return at(ofCandidates, prereleases ? `${specifier.text} pre` : specifier.text, () =>
      admittedOf(of, specifier, prereleases),
    )
  }

  /** As the function of that name. */
  newestIn({ candidates }: Candidates, some: VersionSet): number {
    return at(this.#newest, some, () => newestIn(candidates, some))
  }

  /** The core metadata of a file. What fails is not kept. */
  metadata(index: PackageIndex, file: IndexFile): Promise<CoreMetadata | undefined> {
    const known = at(this.#metadata, index, () => {
      const read = new Map<string, CoreMetadata>()
      this.#read.set(index, read)
      return once(
        ({ url }: IndexFile) => url,
        async file => {
          const metadata = await index.metadata(file)
          if (metadata) read.set(file.url, metadata)
          return metadata
        },
      )
    })
    return known(file)
  }

  /** The core metadata of a file where it was read before. */
  metadataRead({ index, file }: OfferedFile): CoreMetadata | undefined {
    return this.#read.get(index)?.get(file.url)
  }

  /** What one of the candidates needs, once it is known. @param place tells it apart from the others, and its extras from it */
  needsOf(of: Candidates, place: number | string, find: () => Needs | undefined): Needs | undefined {
    const ofCandidates = at(this.#needsOfCandidates, of, () => new Map<number | string, Needs>())
    const known = ofCandidates.get(place) ?? find()
    if (known) ofCandidates.set(place, known)
    return known
  }

  /** What a release needs on a target, or what an extra of it adds to that. */
  needsOn(target: Target, metadata: CoreMetadata, extra: string | undefined): readonly Requirement[] {
    const ofRelease = at(this.#needs, metadata, () => new Map<string, readonly Requirement[]>())
    return at(ofRelease, `${nameOf(target)} ${extra ?? ''}`, () => this.#readNeeds(target, metadata, extra))
  }

  #readNeeds(target: Target, { requiresDist }: CoreMetadata, extra: string | undefined): Requirement[] {
    const environment = environmentFor(target)
    const applies = ({ marker }: Requirement, extras: ReadonlySet<string>) =>
      !marker || evaluateMarker(marker, environment, extras)
    const plain = new Set<string>()
    const asked = new Set(extra ? [extra] : [])
    return (
      requiresDist
        .filter(line => !isOfOther(line, extra))
        .flatMap(line => at(this.#requirements, line, () => readRequirement(line)) ?? [])
        // What holds without the extra too is the plain package's business.
        .filter(requirement => applies(requirement, asked) && !(extra && applies(requirement, plain)))
    )
  }

  #keyOf(pages: readonly Page[], { name, target, uploadedBefore, pinned }: CandidateRules): string {
    let key = `${name} ${nameOf(target)} ${uploadedBefore?.getTime()}`
    for (const { page, index } of pages) key += ` ${this.#numberOf(page)} ${this.#numberOf(index)}`
    if (!pinned) return key
    // Of the pins those count that bring back a version of which something was withdrawn.
    const brought = pages.flatMap(({ page }) => at(this.#withdrawn, page, () => withdrawnIn(page)).filter(pinned))
    return brought.length === 0 ? key : `${key} ${brought.map(({ text }) => text).join(' ')}`
  }

  #numberOf(object: object): number {
    return at(this.#numbers, object, () => ++this.#count)
  }
}

interface Kept<Key, Value> {
  get(key: Key): Value | undefined
  has(key: Key): boolean
  set(key: Key, value: Value): unknown
}

/** What is kept for a key; made where there is nothing yet. */
function at<Key, Value>(kept: Kept<Key, Value>, key: Key, make: () => Value): Value {
  const known = kept.get(key)
  if (known !== undefined || kept.has(key)) return known!
  const made = make()
  kept.set(key, made)
  return made
}

const nameOf = ({ python, platform }: Target): string => `${python} ${platform}`

function admittedOf({ candidates }: Candidates, specifier: SpecifierSet, prereleases: boolean): VersionSet {
  const matches = satisfying(specifier, candidates.length, place => candidates[place]!.version)
  const takesPrereleases =
    prereleases ||
    admitsPrereleases(specifier) ||
    // pip and packaging fall back to pre-releases if nothing else matches. The newest release is rarely one.
    candidates.findLastIndex(({ isPrerelease }, i) => matches[i] && !isPrerelease) < 0
  return VersionSet.where(
    candidates.length,
    place => matches[place]! && (takesPrereleases || !candidates[place]!.isPrerelease),
  )
}

function withdrawnIn(page: ProjectPage): readonly Version[] {
  const releases = releaseListOf(page)
  return releases.withYanked().map(n => releases.at(n).version)
}

/** Whether a line says in the plainest form that it is for another extra. Of long lists nearly all lines do; they are not read. */
function isOfOther(line: string, extra: string | undefined): boolean {
  const only = /; ?extra ?== ?(["'])([A-Za-z0-9._-]+)\1$/.exec(line)
  return only !== null && canonicalizeName(only[2]!) !== extra
}

/** A line of Requires-Dist. One that cannot be read is skipped, as pip skips it with a warning. */
function readRequirement(line: string): Requirement | undefined {
  try {
    return parseRequirement(line)
  } catch {
    return undefined
  }
}
