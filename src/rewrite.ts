import { TorchpinError } from './errors.ts'
import { openIndexes } from './indexes.ts'
import { type Options, resolveOptions } from './options.ts'
import { unifiedDiff } from './report/diff.ts'
import { encode } from './requirements/encoding.ts'
import { loadRequirements } from './requirements/files.ts'
import { writeAll } from './requirements/write.ts'
import type { RewriteResult } from './result.ts'
import { refuseUnreadable } from './unreadable.ts'
import { chooseVersions } from './choose.ts'
import { findTargets } from './targets.ts'
import { planFiles } from './torch/plan.ts'
import { requirementLines } from './torch/lines.ts'
import { measure } from './measure.ts'
import { version } from './version.ts'
import { discoverRequirements } from './workspace/discover.ts'
import { preferredStyle } from './targets.ts'

/** New contents for a file, and what it held when it was read. */
export interface Rewritten {
  readonly absolute: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

export interface Rewrite {
  readonly result: RewriteResult
  /** The files that change. Nothing is written yet: see `save`. */
  readonly rewritten: readonly Rewritten[]
}
