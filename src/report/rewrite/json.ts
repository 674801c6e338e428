import type { PackageSize, RewriteResult, Savings, Totals } from '../../contract/results/rewrite.ts'
import { jsonDocument } from '../json-document.ts'

/** The JSON document of a rewrite, its keys in the order of the types. */
export function jsonReport(result: RewriteResult): string {
  return jsonDocument(ordered(result))
}

function ordered(result: RewriteResult): RewriteResult {
  return {
    ...first(result, ['schema', 'version', 'target', 'index', 'files', 'savings', 'units']),
    target: orderedTarget(result.target),
    index: first(result.index, ['url', 'origin', 'snapshotDate']),
    files: result.files.map(file => ({
      ...first(file, ['path', 'changed', 'diff', 'changes', 'diagnostics']),
      changes: file.changes.map(change => first(change, ['action', 'line', 'name', 'from', 'to', 'reason'])),
      diagnostics: file.diagnostics.map(found => first(found, ['code', 'level', 'line', 'column', 'message', 'hint'])),
    })),
    savings: result.savings && orderedSavings(result.savings),
    units: result.units.map(unit => ({
      ...first(unit, ['files', 'target', 'savings']),
      target: orderedTarget(unit.target),
      savings: unit.savings && orderedSavings(unit.savings),
    })),
  }
}

function orderedTarget(target: RewriteResult['target']): RewriteResult['target'] {
  return first(target, ['python', 'platforms', 'source'])
}

function orderedSavings(savings: Savings): Savings {
  const totals = (of: Totals) => first(of, ['packages', 'download', 'installed', 'exact', 'bytecode'])
  const side = (of: PackageSize | null) =>
    of && first(of, ['version', 'download', 'installed', 'exact', 'bytecode', 'estimatedFrom'])
  return {
    ...first(savings, ['before', 'after', 'saved', 'unknown', 'packages']),
    before: totals(savings.before),
    after: totals(savings.after),
    saved: first(savings.saved, ['download', 'installed', 'bytecode']),
    packages: savings.packages.map(row => ({
      ...first(row, ['name', 'before', 'after']),
      before: side(row.before),
      after: side(row.after),
    })),
  }
}

/** The same object with these keys first; whatever else it has follows. A key it does not have stays away. */
function first<T extends object>(object: T, keys: readonly (keyof T)[]): T {
  const known = keys.filter(key => key in object).map(key => [key, object[key]] as const)
  return { ...(Object.fromEntries(known) as Partial<T>), ...object }
}
