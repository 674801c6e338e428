import type { CiCode } from '../contract/codes/ci.ts'
import type { DockerCode } from '../contract/codes/docker.ts'
import type { CiCost } from '../contract/results/ci-check.ts'
import type { Edit } from '../text/edits.ts'
import type { Position } from '../text/position.ts'
import type { SourceFile, Unread } from './source-files.ts'

/** Something that is to be said of a place, with what fixes it. */
export interface Problem {
  readonly code: CiCode | DockerCode
  readonly level: 'error' | 'warning' | 'info'
  readonly file: SourceFile | Unread
  readonly place?: Position
  /** One sentence without a full stop. */
  readonly message: string
  readonly hint: string
  readonly edits?: readonly Edit[]
  readonly unfixed?: string
  readonly job?: string
  readonly python?: readonly string[]
  readonly saved?: CiCost
  readonly runsPerMonth?: number
}
