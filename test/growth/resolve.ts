import { plain } from '../resolve/memory-index.ts'
import { solveWorld } from '../resolve/world.ts'
import { type Row, row } from './row.ts'

const choice = (id: string, size: number, line: (i: number) => string): Row =>
  row(
    `choice: ${id}`,
    size,
    size => ({
      main: { six: plain('1.0', '1.1', '2.0rc1') },
      files: { 'requirements.txt': Array.from({ length: size }, (_, i) => `${line(i)}\n`).join('') },
    }),
    solveWorld,
  )

export const resolveRows: readonly Row[] = [
  choice('the same pin of one project', 4_000, () => 'six==1.1'),
  choice('pins with hashes of one project', 2_000, i => `six==1.1 --hash=sha256:${i.toString(16).padStart(64, '0')}`),
  choice('different ranges of one project', 2_000, i => `six>=0.${i}`),
]
