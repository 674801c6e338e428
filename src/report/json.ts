import type { RewriteResult } from '../result.ts'

/** One JSON document. */
export function jsonReport(result: RewriteResult): string {
  return `${JSON.stringify(result, null, 2)}\n`
}
