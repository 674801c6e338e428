import type { Options } from '../contract/options.ts'
import { canonicalizeName } from '../packaging/names.ts'
import type { LockedFile } from '../project-files/lock-files.ts'

/** A lock file, whatever tool wrote it. */
export interface Lock {
  readonly kind: 'uv.lock' | 'poetry.lock' | 'pylock.toml'
  readonly packages: readonly LockedPackage[]
  /**
   * The projects that the lock is for, with what each of them names. Empty for a pylock.toml, which does not know them.
   */
  readonly roots: readonly LockRoot[]
  /** The Pythons that it is for, as a specifier (Requires-Python). */
  readonly requiresPython: string | undefined
  /** The groups that are installed where no others are chosen; undefined: neither the lock nor its project says. */
  readonly defaultGroups?: readonly string[] | 'all'
}

/** A project that a lock is for: a member of a workspace, a script, or the only one. */
export interface LockRoot {
  /** Canonical; undefined for a script, and for the root of a workspace that is no project. */
  readonly name: string | undefined
  /** By its path from the lock file: `.`, `packages/api`; undefined where it has none. */
  readonly folder: string | undefined
  readonly needs: readonly LockedNeed[]
  /** By canonical name; what one group includes of another is in it. */
  readonly extras: ReadonlyMap<string, readonly LockedNeed[]>
  readonly groups: ReadonlyMap<string, readonly LockedNeed[]>
}

export interface LockedPackage {
  /** Canonical. */
  readonly name: string
  /** Empty where the lock has none. */
  readonly version: string
  readonly source: LockedSource
  /** Its wheels and its source distribution. */
  readonly files: readonly LockedFile[]
  readonly needs: readonly LockedNeed[]
  /** By canonical name. */
  readonly extras: ReadonlyMap<string, readonly LockedNeed[]>
  /** The markers of which one holds where a need of this name without a version means this package; none: it does everywhere. */
  readonly forks: readonly string[]
  /** The package whose place it has taken: needs that mean that one mean this. */
  readonly insteadOf?: Pick<LockedPackage, 'version' | 'source'>
  /** When it is installed, where the lock says that of each package; undefined: whenever something that is installed needs it. */
  readonly when: InstalledWhen | undefined
  /** 1-based; undefined where it is not known. */
  readonly line: number | undefined
}

/**
 * Where a package comes from. `index`: the URL of an index, empty for the public one; `git`, `url`, `path`: one file or
 * repository; `project`: a folder of the same repository, of which nothing is downloaded.
 */
export interface LockedSource {
  readonly kind: 'index' | 'git' | 'url' | 'path' | 'project'
  readonly at: string
}

/** One condition for each way to be installed; it is enough that one holds. */
export type InstalledWhen = readonly {
  /** The group that brings it; undefined: whatever is chosen. */
  readonly group: string | undefined
  readonly marker: string | undefined
}[]

/** That something needs a package. */
export interface LockedNeed {
  /** Canonical. */
  readonly name: string
  /** Where a name is locked more than once, which of them is meant; undefined: see `forks`. */
  readonly version: string | undefined
  readonly source: LockedSource | undefined
  /** What the version has to satisfy, where a name is locked more than once and no version is named. */
  readonly specifier?: string
  /** Canonical. */
  readonly extras: readonly string[]
  readonly marker: string | undefined
}

/** What an installation takes beside what a project itself needs. */
export interface Selection {
  /** Members of a workspace, by canonical names; undefined: the project beside the lock file, or all members where there is none. */
  readonly members?: readonly string[] | 'all'
  readonly extras: readonly string[] | 'all'
  /** Those that are installed by default among them: the lock does not say which these are. */
  readonly groups: readonly string[] | 'all'
  /** Only the groups, and not what the project itself needs: `uv sync --only-group`. */
  readonly onlyGroups?: true
}

/** What is installed where the user chooses extras and groups. */
export function selectionOf(
  { defaultGroups = [] }: Lock,
  { extras, groups = defaultGroups }: Pick<Options, 'extras' | 'groups'>,
): Selection {
  const named = (names: readonly string[] | 'all') => (names === 'all' ? names : names.map(canonicalizeName))
  return { extras: named(extras), groups: named(groups) }
}
