import { parseRequirement } from '../../../packaging/requirement.ts'
import { applyEdits, type Edit, type Span } from '../../../text/edits.ts'
import { withoutSecrets } from '../../../text/secrets.ts'
import type { Removal, Restatement } from '../../decision.ts'
import type { Operation, Planned } from '../operations.ts'
import type { TomlArray } from '../toml-document.ts'
import { escaped, quoted, type TomlString, writtenSpan } from '../toml-string.ts'
import type { ProjectDocument } from './project-document.ts'

/** The items of the lists in a file, by where they begin in it. */
export type ListedItems = ReadonlyMap<
  number,
  { readonly listing: TomlArray; readonly item: TomlArray['items'][number] }
>

export function listedItems({ pairs, inFile }: ProjectDocument): ListedItems {
  return new Map(
    pairs.flatMap(({ pair: { value } }) =>
      value.kind === 'array'
        ? value.items.map(item => [inFile(item.span).start, { listing: value, item }] as const)
        : [],
    ),
  )
}

/** A requirement in a list of strings goes, or asks for something else. */
export function entryChange(
  { document: { source } }: ProjectDocument,
  items: ListedItems,
  decision: Removal | Restatement,
): Planned {
  const { name, kind, reason } = decision
  const { listing, item } = items.get(decision.at.start)!
  const string = item.value as TomlString
  const from = withoutSecrets(string.text)
  if (decision.kind === 'remove')
    return {
      operations: [{ kind: 'remove-item', listing, item }],
      change: { action: 'remove', name, from, to: '', reason },
    }
  const edits = restated(string.text, decision)
  const to = withoutSecrets(applyEdits(string.text, edits))
  const operations = edits.some(edit => escaped(edit.text, string.quote) === undefined)
    ? [{ kind: 'write', span: string.span, text: quoted(applyEdits(string.text, edits)) } as const]
    : edits.map(
        (edit): Operation => ({
          kind: 'write',
          span: writtenSpan(source, string, edit),
          text: escaped(edit.text, string.quote)!,
        }),
      )
  return { operations, change: { action: kind, name, from, to, reason } }
}

/** A specifier that only lost its labels keeps the blanks that it had. */
function inItsSpacing(text: string, { start, end }: Span, specifier: string): string {
  const bare = text.slice(start, end).replaceAll(/(?<=\w)\+[\w.]+/g, '')
  return bare.replaceAll(/\s/g, '') === specifier.replaceAll(/\s/g, '') ? bare : specifier
}

/** What changes in a requirement (PEP 508), as edits of its text. */
function restated(text: string, { project, extras, specifier, pins }: Restatement): Edit[] {
  const { spans } = parseRequirement(text)
  const asked = pins[0] ? `==${pins[0].version}` : specifier
  const end = (spans.extras ?? spans.name).end
  const edits: Edit[] = []
  if (project !== undefined) edits.push({ ...spans.name, text: project })
  if (extras !== undefined && spans.extras)
    edits.push({ ...spans.extras, text: extras.length > 0 ? `[${extras.join(',')}]` : '' })
  if (asked === undefined || spans.url) return edits
  if (spans.specifier) edits.push({ ...spans.specifier, text: inItsSpacing(text, spans.specifier, asked) })
  else if (asked !== '') edits.push({ start: end, end, text: asked })
  return edits
}
