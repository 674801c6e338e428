/** What a live run came to, as it is kept in test/comparison/results.json. */
export interface Results {
  /** ISO date of the run. */
  readonly date: string
  /** Only files uploaded before this moment count. */
  readonly limit: string
  readonly tools: { readonly torchpin: string; readonly uv: string; readonly pip: string }
  readonly compared: readonly Compared[]
  readonly differences: readonly Difference[]
  /** Files for which torchpin finds no set of versions, and what uv finds. */
  readonly refused: readonly { readonly file: string; readonly uv: string; readonly why?: string }[]
  /** Files that stop before there is anything to compare, or in which nothing leads to torch. */
  readonly passedOver: readonly { readonly file: string; readonly why: string }[]
}

export interface Compared {
  readonly file: string
  /** Projects in torchpin's resolution. */
  readonly packages: number
  readonly torch: readonly string[]
  readonly style: 'extra-index-url' | 'find-links' | 'none'
  /** uv comes to the same versions of the same projects. */
  readonly same: boolean
  /** `ok`, or what is wrong with what the installer would do with the rewritten file. */
  readonly uv: string
  readonly pip: string
  /** Projects of which pip, which is given no date, takes a newer version where the rewritten file leaves it open. */
  readonly newerInPip: number
  /** What torchpin holds to for the sake of run time, and uv is told: `numpy<2` beside an old torch. */
  readonly traps: readonly string[]
  /** Source distributions that an empty wheel with the same dependencies stands in for. */
  readonly standIns: readonly string[]
  /** Lines that name a URL, a repository or a folder. */
  readonly leftOut: readonly string[]
  /** Why an installer does not take the rewritten file, in a sentence; written by hand. */
  readonly why?: string
}

export interface Difference {
  readonly file: string
  readonly project: string
  readonly torchpin: string | null
  readonly uv: string | null
  readonly torchpinIs: 'newer' | 'older' | 'alone' | 'without'
  /** uv, held to torchpin's whole set, accepts it. */
  readonly uvAccepts: boolean
  /** Why, in a sentence; written by hand. */
  readonly why?: string
}

/** One row a line, so that two runs can be told apart by a diff. */
export function resultsText(results: Results): string {
  const sorted = <Row extends { file: string }>(rows: readonly Row[]): Row[] =>
    rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  const fields = Object.entries({
    ...results,
    compared: sorted(results.compared),
    differences: sorted(results.differences),
    refused: sorted(results.refused),
    passedOver: sorted(results.passedOver),
  }).map(([name, value]) => {
    const rows = Array.isArray(value) && value.length > 0 ? value.map(row => `    ${JSON.stringify(row)}`) : undefined
    return `  ${JSON.stringify(name)}: ${rows ? `[\n${rows.join(',\n')}\n  ]` : JSON.stringify(value)}`
  })
  return `{\n${fields.join(',\n')}\n}\n`
}

const key = (row: { file: string; project?: string }): string => `${row.file} ${row.project ?? ''}`
