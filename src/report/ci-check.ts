import type { CiCheckResult, CiCost } from '../contract/results/ci-check.ts'
import { formatBytes } from '../text/bytes.ts'
import { fixReports } from './file-fixes.ts'

/** How `ci check` prints, by `--format`. */
export const ciCheckReports = fixReports<CiCheckResult>('torchpin ci check', costs)

function costs({ savings }: CiCheckResult): string {
  if (!savings) return ''
  const { perRun, perMonth } = savings
  const monthly = perMonth ? `; by their schedules, ${shown(perMonth)} a month` : ''
  return `CPU builds save ${shown(perRun)} a run${monthly}`
}

function shown({ download, seconds }: CiCost): string {
  return `${formatBytes(download)} and about ${duration(seconds)}`
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
