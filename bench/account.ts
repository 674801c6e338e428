import { tableRows } from '../src/report/table.ts'
import { formatBytes } from '../src/text/bytes.ts'
import { median } from './contest.ts'
import type { Traffic } from './traffic.ts'

/** What one tool took for the seed file. */
export interface Measured {
  readonly name: string
  readonly traffic: Traffic
  /** Bytes down, by host. */
  readonly hosts: ReadonlyMap<string, number>
  /** Milliseconds, one run each. */
  readonly wall: readonly number[]
}

/** The tools in a table, and where their bytes came from. @param reference the tool whose figures the others are held against */
export function account(rows: readonly Measured[], reference: Measured | undefined): string[] {
  const wall = (row: Measured) => median(row.wall)
  const requests = ({ traffic }: Measured) => traffic.requests
  const down = ({ traffic }: Measured) => traffic.down
  const ratio = (of: (row: Measured) => number) => (row: Measured) => `${(of(row) / of(reference!)).toFixed(2)} ×`
  const columns: Record<string, (row: Measured) => string> = {
    tool: ({ name }) => name,
    requests: row => String(requests(row)),
    'bytes up': ({ traffic }) => formatBytes(traffic.up),
    'bytes down': row => formatBytes(down(row)),
    wall: row => `${(wall(row) / 1000).toFixed(2)} s`,
    ...(reference && { 'of its requests': ratio(requests), 'of its bytes': ratio(down), 'of its wall': ratio(wall) }),
  }
  const table = Object.entries(columns).map(([head, cell], i) => ({
    align: i === 0 ? ('left' as const) : ('right' as const),
    cells: [head, ...rows.map(cell)].map(text => ({ text })),
  }))
  const hosts = rows.map(({ name, hosts }) => {
    const parts = [...hosts].map(([host, bytes]) => `${host} ${formatBytes(bytes)}`)
    return `Down to ${name}: ${parts.join(', ')}.`
  })
  return [...tableRows(table), '', ...(reference ? [`"Its" is ${reference.name}.`] : []), ...hosts]
}
