import type { Span } from '../text/edits.ts'

/**
 * One thing that a file shall say otherwise, and why; a value without any syntax. `decide/` makes decisions, and the format
 * of the file makes edits of them.
 */
export type Decision = Restatement | Removal | WheelSwitch | IndexDecision | Gain

interface Reasoned {
  /** A clause for the reader: `only CUDA builds need it`. */
  readonly reason: string
}

/** About an entry that the file has. */
interface AboutEntry extends Reasoned {
  /** The entry, by its span in the text as it was read. */
  readonly at: Span
  /** The name by which the reader knows it. */
  readonly name: string
}

/** A requirement asks for something else: one version, another build, another project. */
export interface Restatement extends AboutEntry {
  readonly kind: 'pin' | 'switch' | 'replace'
  /** The project that takes the place of its own; undefined: it stays. */
  readonly project: string | undefined
  /** The extras that it is left with; undefined: they stay. */
  readonly extras: readonly string[] | undefined
  /** The version specifier of an entry that is not pinned; undefined: it stays. */
  readonly specifier: string | undefined
  /** None: the entry is not pinned. Several: the entry is pinned to the first, and each other one gets an entry right below. */
  readonly pins: readonly Pin[]
  /** Values of index options that stand on the entry, where installers ignore them, and that go. */
  readonly ignoredIndexes: readonly string[]
}

/** A version of a project, or one wheel of it, for the targets that take it. */
export interface Pin extends Reasoned {
  readonly version: string
  /** Set where the entry names the wheel itself. */
  readonly url: string | undefined
  /** What tells its targets from the others (PEP 508); undefined where there are no others. */
  readonly marker: string | undefined
  /** `sha256:…`; none where the entry carries no hashes. */
  readonly hashes: readonly string[]
}

/** An entry goes, with what a compiler noted about it. */
export interface Removal extends AboutEntry {
  readonly kind: 'remove'
}

/** An entry that names a wheel by its URL names another one. */
export interface WheelSwitch extends AboutEntry {
  readonly kind: 'switch-wheel'
  readonly url: string
  /** Of the new wheel, in hexadecimal; undefined where it is not known. */
  readonly sha256: string | undefined
}

export type IndexDecision = IndexSwitch | IndexRemoval | MarkerRemoval

/** An index option leads somewhere else. */
export interface IndexSwitch extends AboutEntry {
  readonly kind: 'switch-index'
  readonly url: string
  /** The option that takes its place; undefined: it stays the same one. */
  readonly option: IndexOptionName | undefined
}

/** An index option goes. */
export interface IndexRemoval extends AboutEntry {
  readonly kind: 'remove-index'
}

/** What looks like a marker behind an index option goes. */
export interface MarkerRemoval extends AboutEntry {
  readonly kind: 'remove-marker'
}

/** What a file has not said so far. */
export type Gain = Addition | NamedIndex

interface InPlace extends Reasoned {
  /** The include that has to come before it, by its span; undefined: none has to. */
  readonly behind: Span | undefined
}

/** A project gets an entry of its own. */
export interface Addition extends InPlace {
  readonly kind: 'add'
  readonly project: string
  readonly pin: Omit<Pin, 'reason'>
  /** What the file says about it. */
  readonly comment: string
}

/** The file names an index. */
export interface NamedIndex extends InPlace {
  readonly kind: 'name-index'
  readonly option: IndexOptionName
  readonly url: string
}

export type IndexOptionName = 'extra-index-url' | 'find-links'

/** About a file that says where each project is taken from: pyproject.toml, or the metadata of a script. */
export type ProjectDecision = ExplicitIndex | Binding | Unbinding | Anchor

/** The file has an index that is asked only for the projects bound to it. */
export interface ExplicitIndex extends Reasoned {
  readonly kind: 'name-explicit-index'
  readonly name: string
  readonly url: string
  /** The index that gives way to it, by its span; undefined: none does. */
  readonly inPlaceOf: Span | undefined
}

/** A project comes from one index, whatever the file says of its source so far. */
export interface Binding extends Reasoned {
  readonly kind: 'bind'
  readonly project: string
  /** By the name that the file has for it. */
  readonly index: string
}

/** The file no longer says where a project comes from. */
export interface Unbinding extends Reasoned {
  readonly kind: 'unbind'
  readonly project: string
}

/** The file itself asks for projects, since a source counts only for those that it asks for. */
export interface Anchor extends Reasoned {
  readonly kind: 'anchor'
  /** The dependency group that asks for them; a script has none, and asks for them itself. */
  readonly group: string
  readonly projects: readonly string[]
}

/** About a file that names each of its wheels: a pylock.toml. */
export type PylockDecision = LockedSwitch | Removal

/** A locked package takes other wheels. */
export interface LockedSwitch extends AboutEntry {
  readonly kind: 'switch-locked'
  /** In their order, each a package of its own: a release has a version for each label. */
  readonly builds: readonly [LockedBuild, ...LockedBuild[]]
}

/** What a locked package becomes. */
export interface LockedBuild {
  readonly version: string
  /** Undefined: it is installed everywhere. */
  readonly marker: string | undefined
  /** Undefined: the file names no indexes. */
  readonly index: string | undefined
  readonly wheels: readonly LockedWheel[]
}

export interface LockedWheel {
  readonly filename: string
  readonly url: string
  /** In bytes; undefined: the index does not tell. */
  readonly size: number | undefined
  /** In hexadecimal. */
  readonly sha256: string
}
