import type { Encoding } from '../text/diff.ts'
import type { Span } from '../text/edits.ts'
import type { Manifest } from './format.ts'

/** What a pyproject.toml, or the metadata of a script, says about what is installed and where it comes from. */
export interface PyprojectManifest extends Manifest {
  readonly encoding: Encoding
  readonly syntax: ProjectSyntax
  /** Every requirement that it states. */
  readonly entries: readonly ProjectEntry[]
  readonly indexes: readonly ProjectIndex[]
  readonly sources: readonly ProjectSource[]
  /** Whether the file tells uv that some extras or groups are never installed together (`[tool.uv] conflicts`). */
  readonly conflicts: boolean
}

/** Whose words a file uses for indexes and sources: uv's in a pyproject.toml or in the metadata of a script, or Poetry's. */
export type ProjectSyntax = 'uv' | 'poetry' | 'script'

/** A requirement. */
export interface ProjectEntry {
  /** The string with its quotes; of Poetry the key and its value. */
  readonly at: Span
  /** 1-based. */
  readonly line: number
  /** As PEP 508 has it; Poetry's words are translated. Undefined: Poetry's have no such form, such as those for a path. */
  readonly text: string | undefined
  readonly where: EntryPlace
  /** Its line says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
}

/** The table that a requirement stands in. */
export interface EntryPlace {
  readonly table: EntryTable
  /** The extra, or the group, as it is written. */
  readonly name?: string
}

export type EntryTable =
  | 'dependencies'
  | 'extra'
  | 'group'
  | 'dev-dependencies'
  | 'constraint-dependencies'
  | 'override-dependencies'
  | 'build-constraint-dependencies'

/** Where packages may come from. */
export interface ProjectIndex {
  /** Its table, or the string that is its URL. */
  readonly at: Span
  /** 1-based. */
  readonly line: number
  readonly name: string | undefined
  readonly url: string
  /** It is asked only for what is bound to it. */
  readonly explicit: boolean
  /** It takes the place of the public index. */
  readonly isDefault: boolean
  /** Poetry's word for how it counts; `primary` where it is not said. */
  readonly priority?: string
  /** The setting of uv or of Poetry that says so. */
  readonly setting: 'index' | 'index-url' | 'extra-index-url' | 'find-links' | 'source'
  /** Its line says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
}

/** Where one project comes from. */
export interface ProjectSource {
  /** The pair or the table that says so first. */
  readonly at: Span
  /** 1-based. */
  readonly line: number
  /** The canonical name. */
  readonly project: string
  readonly entries: readonly SourceEntry[]
  /** It is one table, and not a list of them. */
  readonly isTable: boolean
  /** One of its lines says `# torchpin: keep`. */
  readonly ignoredByComment: boolean
}

export interface SourceEntry {
  readonly kind: 'index' | 'git' | 'url' | 'path' | 'workspace'
  /** The name of the index. */
  readonly index?: string
  /** Of a repository, a URL or a path, what stands for it behind `@` in a requirement (PEP 508). */
  readonly place?: string
  /** It counts where this marker holds, for this extra, for this group; undefined: everywhere. */
  readonly marker?: string
  readonly extra?: string
  readonly group?: string
}
