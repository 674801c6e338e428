import type { Results } from './results.ts'

/** What people found out about a difference. */
export interface Explanation {
  readonly files: readonly string[]
  /** Absent: about the whole file. */
  readonly project?: string
  readonly why: string
}

/** Adds to the differences of a run, and to the files refused, what is known of them. */
export function explained(explanations: readonly Explanation[], results: Results): Results {
  const whyOf = (file: string, project?: string) => {
    const of = explanations.filter(({ files }) => files.includes(file))
    return (of.find(known => known.project === project) ?? of.find(known => known.project === undefined))?.why
  }
  const told = <Row extends { file: string; project?: string; why?: string }>(row: Row): Row => {
    const why = whyOf(row.file, row.project)
    return why === undefined ? row : { ...row, why }
  }
  const compared = results.compared.map(row => (row.uv === 'ok' && row.pip === 'ok' ? row : told(row)))
  return { ...results, compared, differences: results.differences.map(told), refused: results.refused.map(told) }
}
