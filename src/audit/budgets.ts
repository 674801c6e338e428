import type { AuditFinding, LayerResult, SourceKind } from '../contract/results/audit.ts'
import { type Budget, budget } from '../contract/results/budget.ts'
import { formatBytes } from '../text/bytes.ts'
import { largest } from '../text/lists.ts'

/** The limits that were given, and what stands against them; of layers the largest. */
export function budgetsOf(
  { maxSize, maxLayer }: { readonly maxSize: number | undefined; readonly maxLayer: number | undefined },
  size: number,
  layers: readonly LayerResult[],
): Budget[] {
  return [
    ...(maxSize === undefined ? [] : [budget('max-size', maxSize, size)]),
    ...(maxLayer === undefined ? [] : [budget('max-layer', maxLayer, largest(layers.map(of => of.bytes)))]),
  ]
}

/** A finding for each limit that does not hold. */
export function auditBudgetFindings(path: string, kind: SourceKind, budgets: readonly Budget[]): AuditFinding[] {
  const folder = kind === 'venv' || kind === 'site-packages' || kind === 'rootfs'
  const counted = { 'max-size': folder ? 'the files have' : 'the layers have, unpacked,', 'max-layer': 'a layer has' }
  return budgets
    .filter(({ exceeded }) => exceeded)
    .map(({ name, limit, actual }) => ({
      code: 'over-budget',
      level: 'error',
      path,
      message: `${counted[name as keyof typeof counted]} ${formatBytes(actual)} (${actual} bytes) where --${name} allows ${formatBytes(limit)}`,
    }))
}
