import type { DockerCheckResult } from '../../contract/results/docker-check.ts'
import { fixReports } from '../file-fixes.ts'

/** How `docker check` prints, by `--format`. */
export const dockerCheckReports = fixReports<DockerCheckResult>('torchpin docker check')
