import type { Inventory } from './inventory.ts'
import type { Contents } from './read.ts'
import type { AuditFinding } from './result.ts'

/** What is worth knowing besides accelerators. */
export function asides(path: string, { image }: Contents, { distributions }: Inventory): AuditFinding[] {
  const illegal = (image?.layers ?? []).flatMap(({ layer }, i) =>
    layer.illegalWhiteouts.map(
      (whiteout): AuditFinding => ({
        code: 'illegal-whiteout',
        level: 'warning',
        path: whiteout,
        message: `layer ${i + 1} has a whiteout that means nothing, and it was passed over`,
      }),
    ),
  )
  const empty: AuditFinding = {
    code: 'no-python-packages',
    level: 'info',
    path,
    message: 'no Python package was found, so what is there belongs to none',
  }
  return distributions.length === 0 ? [...illegal, empty] : illegal
}
