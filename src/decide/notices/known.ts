import type { RequirementsFile } from '../../formats/requirements/requirements-file.ts'
import type { UnknownNeeds } from '../../resolve/provider/project-provider.ts'
import type { Resolution } from '../../resolve/resolve.ts'
import type { RequirementLines } from '../../torch/lines.ts'
import type { Substitution } from '../../torch/nearest.ts'
import type { Trap } from '../../torch/traps.ts'
import type { LeftSource, ProjectManifest } from '../project.ts'
import type { SharedNames } from './shared-names.ts'

/** What came of the choice of versions, as far as the reader has to know. */
export interface Outcome {
  readonly resolution: Resolution
  readonly substitutions: readonly Substitution[]
  /** What was chosen without knowing what it needs. */
  readonly withoutMetadata: readonly UnknownNeeds[]
  /** What the files ask for although it fails at run time. */
  readonly unavoidedTraps: readonly Trap[]
}

/** What is around the files. */
export interface Surroundings {
  /** Files that a tool made from others, by absolute path. */
  readonly compiled: ReadonlyMap<string, CompiledFile>
  /** Whether the repository plainly installs with uv. */
  readonly installsWithUv: boolean
  readonly shared: readonly SharedNames[]
  /** Extra indexes that did not answer: URLs without credentials. */
  readonly unreached: readonly string[]
  /** The settings of Renovate where they name no index themselves; undefined: there are none. */
  readonly renovate: string | undefined
}

/** A file that a tool made. */
export interface CompiledFile {
  readonly tool: string
  /** As the header of the file names them. */
  readonly sources: readonly string[]
  /** Sources that change together with it. */
  readonly changesWith: readonly RequirementsFile[]
}

/** What is known of a project besides its files. */
export interface AroundProject {
  /** All of its files. */
  readonly all: readonly ProjectManifest[]
  readonly lines: RequirementLines
  readonly outcome: Outcome
  readonly left: readonly LeftSource[]
  readonly cpuIndexUrl: string
}
