import { canonicalizeName } from '../../../packaging/names.ts'
import type { Anchor } from '../../decision.ts'
import type { Operation, Planned } from '../operations.ts'
import type { TomlArray } from '../toml-document.ts'
import { inlineAbove, isBelow, type PlacedPair } from '../toml-places.ts'
import { keyed, quoted } from '../toml-string.ts'
import { lastBelow } from './edit-sources.ts'
import type { ProjectDocument } from './project-document.ts'
import { projectOf } from './says.ts'

/** The file asks for projects itself: in a dependency group, and in a script among its dependencies. */
export function anchored(document: ProjectDocument, { group, projects, reason }: Anchor): Planned[] {
  const isScript = document.syntax === 'script'
  const table = isScript ? [] : ['dependency-groups']
  const name = isScript ? 'dependencies' : group
  const list = document.pairs.find(
    ({ path }) => path.length === table.length + 1 && isBelow(path, table) && sameGroup(path.at(-1)!, name),
  )
  const own = list?.pair.value.kind === 'array' ? list.pair.value : undefined
  const missing = projects.filter(project => !own || !asksFor(own, project))
  const [first] = own?.items ?? []
  const quote = first?.value.kind === 'string' ? first.value.quote : '"'
  const changeOf = (project: string) => ({ action: 'add', name: project, from: '', to: project, reason }) as const
  if (own)
    return missing.map(project => ({
      operations: [{ kind: 'append-item', listing: own, text: quoted(project, quote) }],
      change: changeOf(project),
    }))
  const operation = newList(document, table, `${keyed(name)} = [${projects.map(one => quoted(one)).join(', ')}]`)
  return projects.map(project => ({ operations: [operation], change: changeOf(project) }))
}

/** Names of groups are compared as names of projects are (PEP 735). */
const sameGroup = (one: string, other: string): boolean => canonicalizeName(one) === canonicalizeName(other)

function asksFor({ items }: TomlArray, project: string): boolean {
  return items.some(({ value }) => value.kind === 'string' && projectOf(value.text) === project)
}

function newList({ document, pairs }: ProjectDocument, table: readonly string[], text: string): Operation {
  const isTable = (path: readonly string[]) => path.length === table.length && isBelow(path, table)
  const block = document.blocks.find(({ path }) => isTable(path))
  if (block) return { kind: 'append-pair', block, after: undefined, text }
  const inline = inlineAbove({ document, pairs }, table)
  if (inline) return { kind: 'append-item', listing: inline.listing, text }
  const dotted: PlacedPair | undefined = pairs.findLast(({ path }) => isBelow(path, table))
  if (dotted && 'pairs' in dotted.holder)
    return { kind: 'append-pair', block: dotted.holder, after: dotted.pair, text: `${table.join('.')}.${text}` }
  return { kind: 'append-block', after: lastBelow(document.blocks, ['project']), lines: [`[${table.join('.')}]`, text] }
}
