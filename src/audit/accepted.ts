import { canonicalizeName } from '../packaging/names.ts'
import type { AuditFinding } from './result.ts'

/**
 * The findings, those about accepted packages as remarks: they are told, and fail nothing. What a layer ships and a later one
 * deletes is about the layer, whatever package it was.
 *
 * @param names of packages, spelled in any way
 */
export function acceptFindings(findings: readonly AuditFinding[], names: readonly string[]): AuditFinding[] {
  const accepted = new Set(names.map(canonicalizeName))
  return findings.map(finding => {
    const { distribution, hint, ...rest } = finding
    return distribution !== undefined && accepted.has(canonicalizeName(distribution)) && finding.level === 'error'
      ? { ...rest, distribution, level: 'info', accepted: true, message: `${finding.message}; accepted` }
      : finding
  })
}
