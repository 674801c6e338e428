import type { RewriteResult, Savings, Side, Totals } from '../result.ts'

/**
 * One JSON document with a line end, its keys in the order of the types.
 * What a terminal could be misled by is escaped, which a JSON reader undoes: control characters beyond ASCII, and the
 * invisible characters that change the direction of a text.
 */
export function jsonReport(result: RewriteResult): string {
  return `${JSON.stringify(ordered(result), null, 2).replace(misleading, escaped)}\n`
}

const misleading = /[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu

function escaped(character: string): string {
  return character
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

function ordered(result: RewriteResult): RewriteResult {
  return {
    ...first(result, ['schema', 'version', 'target', 'index', 'files', 'savings']),
    target: first(result.target, ['python', 'platforms', 'source']),
    index: first(result.index, ['url', 'origin', 'snapshotDate']),
    files: result.files.map(file => ({
      ...first(file, ['path', 'changed', 'diff', 'changes', 'diagnostics']),
      changes: file.changes.map(change => first(change, ['action', 'line', 'name', 'from', 'to', 'reason'])),
      diagnostics: file.diagnostics.map(found => first(found, ['code', 'level', 'line', 'column', 'message', 'hint'])),
    })),
    savings: result.savings && orderedSavings(result.savings),
  }
}

function orderedSavings(savings: Savings): Savings {
  const totals = (of: Totals) => first(of, ['packages', 'download', 'installed', 'exact'])
  const side = (of: Side | null) => of && first(of, ['version', 'download', 'installed', 'exact'])
  return {
    ...first(savings, ['before', 'after', 'saved', 'packages']),
    before: totals(savings.before),
    after: totals(savings.after),
    saved: first(savings.saved, ['download', 'installed']),
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
