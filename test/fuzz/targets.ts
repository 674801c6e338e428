import { archiveTargets } from './archive.ts'
import { dockerTargets } from './docker.ts'
import { explainTargets } from './explain.ts'
import { packageIndexTargets } from './package-index.ts'
import { packagingTargets } from './packaging.ts'
import { pyprojectTargets } from './pyproject.ts'
import { requirementsTargets } from './requirements.ts'
import { rewriteTargets } from './rewrite.ts'
import type { FuzzTarget } from './target.ts'
import { workspaceTargets } from './workspace.ts'

/** Everything that reads what others wrote. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...requirementsTargets,
  ...pyprojectTargets,
  ...packagingTargets,
  ...packageIndexTargets,
  ...archiveTargets,
  ...dockerTargets,
  ...workspaceTargets,
  ...explainTargets,
  ...rewriteTargets,
]
