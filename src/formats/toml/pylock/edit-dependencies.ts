import { canonicalizeName } from '../../../packaging/names.ts'
import type { LockedSwitch, PylockDecision } from '../../decision.ts'
import type { Operation } from '../operations.ts'
import type { TomlArray, Value } from '../toml-document.ts'
import { quoted } from '../toml-string.ts'
import { type EntryParts, textAt, textOf } from './entry-parts.ts'

/** A decision, and the package that it is about. */
export interface Decided {
  readonly decision: PylockDecision
  readonly entry: EntryParts
}

/**
 * What `dependencies` say once packages are gone or have another version: names of what is gone go, and versions follow. PEP
 * 751 has tables there, and PDM requirements in `[packages.tool.pdm]`.
 */
export function dependencyChanges(
  source: string,
  entries: readonly EntryParts[],
  decided: readonly Decided[],
): Operation[] {
  const gone = new Set(decided.filter(({ decision }) => decision.kind === 'remove').map(({ entry }) => entry))
  const lists = entries
    .filter(entry => !gone.has(entry))
    .flatMap(({ blocks }) => blocks.flatMap(({ pairs }) => pairs))
    .filter(({ keys }) => keys.at(-1)!.name === 'dependencies')
    .flatMap(({ value }) => (value.kind === 'array' ? [value] : []))
  return lists.flatMap(list => changesIn(source, list, decided))
}

function changesIn(source: string, listing: TomlArray, decided: readonly Decided[]): Operation[] {
  return listing.items.flatMap((item): Operation[] => {
    const { name, version } = needIn(item.value)
    const about = decided.filter(
      ({ decision, entry }) =>
        decision.name === name && (version === undefined || textAt(entry.own, 'version') === version.text),
    )
    if (about.length === 0) return []
    // Another package of this name may stay.
    if (about.every(({ decision }) => decision.kind === 'remove')) return [{ kind: 'remove-item', listing, item }]
    const { builds } = about.map(({ decision }) => decision).find(one => one.kind === 'switch-locked') as LockedSwitch
    if (!version) return []
    const [first, ...more] = builds.map(build => quoted(build.version, version.quote))
    if (first === source.slice(version.span.start, version.span.end) && more.length === 0) return []
    const { start, end } = item.span
    const copyWith = (text: string) =>
      source.slice(start, version.span.start) + text + source.slice(version.span.end, end)
    return [
      { kind: 'write', span: version.span, text: first! },
      ...more.map((text): Operation => ({ kind: 'append-item', listing, text: copyWith(text) })),
    ]
  })
}

function needIn(value: Value): {
  readonly name: string | undefined
  readonly version?: Extract<Value, { kind: 'string' }>
} {
  if (value.kind === 'string') return { name: nameIn(value.text) }
  if (value.kind !== 'table') return { name: undefined }
  const at = (key: string) => value.items.find(({ keys }) => keys.length === 1 && keys[0]!.name === key)?.value
  const [name, version] = [textOf(at('name')), at('version')]
  return {
    name: name === undefined ? undefined : canonicalizeName(name),
    ...(version?.kind === 'string' && { version }),
  }
}

const nameIn = (requirement: string): string | undefined => {
  const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(requirement)?.[1]
  return name === undefined ? undefined : canonicalizeName(name)
}
