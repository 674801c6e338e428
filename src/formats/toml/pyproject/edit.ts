import { TorchpinError } from '../../../contract/errors.ts'
import type { Change } from '../../../contract/results/rewrite.ts'
import { applyEdits } from '../../../text/edits.ts'
import { enumerated } from '../../../text/lists.ts'
import type { Binding, Decision, ProjectDecision, Unbinding } from '../../decision.ts'
import type { Edited } from '../../format.ts'
import type { ProjectSyntax, PyprojectManifest } from '../../project-manifest.ts'
import { layOut, type Planned } from '../operations.ts'
import { anchored } from './edit-anchors.ts'
import { entryChange, type ListedItems, listedItems } from './edit-entries.ts'
import { explicitIndex, indexChange } from './edit-indexes.ts'
import {
  dependenciesByStart,
  indexes,
  poetryAnchor,
  poetryBinding,
  poetryEntryChange,
  poetryUnbinding,
  restatedByBinding,
} from './edit-poetry.ts'
import { sourceChanges } from './edit-sources.ts'
import { type ProjectDocument, readProjectDocument } from './project-document.ts'
import { manifestOf } from './read.ts'
import { says } from './says.ts'
import { scriptEdits } from './script-edits.ts'

/**
 * Makes edits of a file out of decisions about it. All edits are of the original text and do not overlap. What they make is
 * read again before it is handed out.
 *
 * @throws TorchpinError FILE_UNWRITABLE where the file is written in a form that has no place for a decision
 */
export function edit(
  { source, syntax }: Pick<PyprojectManifest, 'source' | 'syntax'>,
  decisions: readonly (Decision | ProjectDecision)[],
): Edited {
  if (decisions.length === 0) return { edits: [], changes: [] }
  const document = readProjectDocument(source, syntax, 'pyproject.toml')
  const places: EntryPlaces = {
    items: listedItems(document),
    dependencies: document.syntax === 'poetry' ? dependenciesByStart(document) : new Map(),
  }
  const restated = restatedByBinding(places.dependencies, decisions)
  const others = decisions.filter(one => !('at' in one && restated.get(one.at.start) === one))
  const planned = [
    ...others.flatMap(one => plannedFor(document, places, one)),
    ...(document.syntax === 'poetry'
      ? poetryChanges(document, decisions, restated)
      : sourceChanges(document, decisions.filter(isAboutSource))),
  ]
  const operations = [...new Set(planned.flatMap(({ operations }) => operations))]
  const { edits, placeOf } = layOut(document.document, operations)
  const changes = planned.flatMap(({ operations, change }) => {
    const start = placeOf.get(operations[0]!) ?? 0
    return change ? [{ ...change, line: document.lineOf({ start, end: start }) }] : []
  })
  const own = document.block ? scriptEdits(source, document, edits) : edits
  refuseBroken(applyEdits(source, own), document.syntax, decisions, changes)
  return { edits: own, changes: changes.sort((a, b) => a.line - b.line) }
}

function refuseBroken(
  text: string,
  syntax: ProjectSyntax,
  decisions: readonly (Decision | ProjectDecision)[],
  changes: readonly Change[],
): void {
  const after = readAgain(text, syntax)
  if (after && decisions.every(decision => says(after, decision))) return
  const byHand = changes.filter(({ to }) => to !== '').map(({ to }) => to)
  throw new TorchpinError(
    'FILE_UNWRITABLE',
    'pyproject.toml is written in a form in which torchpin finds no place for a change',
    {
      hint: `write by hand: ${enumerated(byHand)}`,
    },
  )
}

function readAgain(text: string, syntax: ProjectSyntax): Omit<PyprojectManifest, 'encoding'> | undefined {
  try {
    return manifestOf(text, readProjectDocument(text, syntax, 'pyproject.toml'))
  } catch (error) {
    if (error instanceof TorchpinError) return undefined
    throw error
  }
}

const isAboutSource = (decision: Decision | ProjectDecision): decision is Binding | Unbinding =>
  decision.kind === 'bind' || decision.kind === 'unbind'

/** What the decisions about sources, and those that ask for projects, come to for Poetry. */
function poetryChanges(
  document: ProjectDocument,
  decisions: readonly (Decision | ProjectDecision)[],
  restated: ReturnType<typeof restatedByBinding>,
): Planned[] {
  const indexOf = indexes(decisions)
  return decisions.flatMap(one => {
    switch (one.kind) {
      case 'anchor':
        return poetryAnchor(document, one, indexOf)
      case 'bind':
        return poetryBinding(document, one, restated)
      case 'unbind':
        return poetryUnbinding(document, one)
      default:
        return []
    }
  })
}

/** The requirements of a file, by where they begin in it. */
interface EntryPlaces {
  readonly items: ListedItems
  readonly dependencies: ReturnType<typeof dependenciesByStart>
}

function plannedFor(document: ProjectDocument, places: EntryPlaces, decision: Decision | ProjectDecision): Planned[] {
  switch (decision.kind) {
    case 'name-explicit-index':
      return explicitIndex(document, decision)
    case 'remove-index':
    case 'switch-index':
      return [indexChange(document, decision)]
    case 'remove':
    case 'pin':
    case 'switch':
    case 'replace':
      return [
        poetryEntryChange(document, places.dependencies, decision) ?? entryChange(document, places.items, decision),
      ]
    case 'anchor':
      return document.syntax === 'poetry' ? [] : anchored(document, decision)
    case 'bind':
    case 'unbind':
      return []
    default:
      throw new Error(`a pyproject.toml has no way to say ${decision.kind}`)
  }
}
