import type { IndexFile, PackageIndex, ProjectPage } from '../../package-index/project-page.ts'
import { releaseListOf } from '../../package-index/releases.ts'
import { evaluateMarker } from '../../packaging/marker.ts'
import type { CoreMetadata } from '../../packaging/metadata.ts'
import { canonicalizeName } from '../../packaging/names.ts'
import { parseRequirement, type Requirement } from '../../packaging/requirement.ts'
import { type SpecifierSet, satisfying } from '../../packaging/specifier.ts'
import { environmentFor, type Target } from '../../packaging/target.ts'
import type { Version } from '../../packaging/version.ts'
import { once } from '../../text/memo.ts'
import { type CandidateRules, type Candidates, candidatesOf, type Fit, fitFor } from './candidates.ts'

type Page = { readonly page: ProjectPage; readonly index: PackageIndex }

/**
 * What is worked out once for all resolutions of a run: a thousand units ask for the same projects, and each unit asks
 * several times. It holds nothing that depends on what was asked before, so that an answer is the same with and without it.
 */
export class ResolveCache {
  readonly #candidates = new WeakMap<ProjectPage, Map<string, Candidates>>()
  readonly #matches = new WeakMap<Candidates, Map<string, readonly boolean[]>>()
  readonly #withdrawn = new WeakMap<ProjectPage, readonly Version[]>()
  readonly #metadata = new WeakMap<PackageIndex, PackageIndex['metadata']>()
  readonly #needs = new WeakMap<CoreMetadata, Map<string, readonly Requirement[]>>()
  readonly #requirements = new Map<string, Requirement | undefined>()
  readonly #fits = new Map<string, Fit>()
  readonly #numbers = new WeakMap<object, number>()
  #count = 0

  /** As the function of that name. Rules without a name are not compared. */
  candidatesOf(pages: readonly Page[], rules: CandidateRules): Candidates {
    const fit = at(this.#fits, nameOf(rules.target), () => fitFor(rules.target))
    const [first] = pages
    if (!first || rules.name === undefined) return candidatesOf(pages, rules, fit)
    const ofPage = at(this.#candidates, first.page, () => new Map<string, Candidates>())
    return at(ofPage, this.#keyOf(pages, rules), () => candidatesOf(pages, rules, fit))
  }

  /** Which of the candidates a specifier lets in, by position. */
  matching(of: Candidates, specifier: SpecifierSet): readonly boolean[] {
    const ofCandidates = at(this.#matches, of, () => new Map<string, readonly boolean[]>())
    return at(ofCandidates, specifier.text, () =>
      satisfying(specifier, of.candidates.length, place => of.candidates[place]!.version),
    )
  }

  /** The core metadata of a file. What fails is not kept. */
  metadata(index: PackageIndex, file: IndexFile): Promise<CoreMetadata | undefined> {
    const known = at(this.#metadata, index, () =>
      once(
        ({ url }: IndexFile) => url,
        file => index.metadata(file),
      ),
    )
    return known(file)
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
    const places = pages.flatMap(({ page, index }) => [this.#numberOf(page), this.#numberOf(index)])
    // Of the pins those count that bring back a version of which something was withdrawn.
    const brought = pinned
      ? pages.flatMap(({ page }) => at(this.#withdrawn, page, () => withdrawnIn(page)).filter(pinned))
      : []
    return [name, ...places, nameOf(target), uploadedBefore?.getTime(), ...brought.map(({ text }) => text)].join(' ')
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
