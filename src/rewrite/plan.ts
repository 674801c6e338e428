import type { Change, Diagnostic, VerifiedResult } from '../contract/results/rewrite.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import type { Resolution } from '../resolve/resolve.ts'
import type { Unit } from '../run/open.ts'
import type { Project } from '../run/projects.ts'

/** A unit that is a project. */
export type ProjectUnit = Unit & { readonly project: Project }

/** A file as it was read. */
export type PlannedFile = Pick<RequirementsFile, 'path' | 'absolute' | 'real' | 'own' | 'source' | 'encoding' | 'bytes'>

/** What one file becomes, and why. */
export interface FilePlan<File extends PlannedFile = PlannedFile> {
  readonly file: File
  readonly text: string
  readonly changes: readonly Change[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What the files of a unit become. */
export interface UnitPlan {
  readonly files: readonly FilePlan[]
  /** What is installed then, where a lock says so; undefined: what was chosen. */
  readonly after: Resolution | undefined
  /** Has the tools of this machine take the files as they are to be. */
  prove(): Promise<readonly VerifiedResult[]>
}

/** What comes of a lock file whose project changes. */
export type MadeLock =
  /** The text of the file, from the tool whose file it is. */
  | { readonly kind: 'made'; readonly text: string; readonly version: string }
  /** It is not to be made now. */
  | { readonly kind: 'expected' }
  /** It stays, and `command` makes it anew. `reason` is a clause. */
  | { readonly kind: 'stale'; readonly reason: string; readonly command: string }

/**
 * @param plans what the files of the project become
 * @param held `name==release`, for each project that may change
 */
export type LockMaker = (unit: ProjectUnit, plans: readonly FilePlan[], held: readonly string[]) => Promise<MadeLock>
