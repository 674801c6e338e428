import { archiveRows } from './archive.ts'
import { ciRows } from './ci.ts'
import { dockerRows } from './docker.ts'
import { packageIndexRows } from './package-index.ts'
import { packagingRows } from './packaging.ts'
import { projectFileRows } from './project-files.ts'
import { pyprojectRows } from './pyproject.ts'
import { requirementsRows } from './requirements.ts'
import { resolveRows } from './resolve.ts'
import type { Row } from './row.ts'
import { runRows } from './runs.ts'

/** Every reader of what others wrote, and every writer of reports on it. */
export const rows: readonly Row[] = [
  ...packagingRows,
  ...requirementsRows,
  ...pyprojectRows,
  ...packageIndexRows,
  ...projectFileRows,
  ...dockerRows,
  ...ciRows,
  ...resolveRows,
  ...archiveRows,
  ...runRows,
]
