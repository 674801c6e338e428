import { TorchpinError } from '../../../contract/errors.ts'
import type { Change } from '../../../contract/results/rewrite.ts'
import { applyEdits, type Span } from '../../../text/edits.ts'
import type { LockedBuild, LockedSwitch, PylockDecision } from '../../decision.ts'
import type { Edited } from '../../format.ts'
import { layOut, type Operation } from '../operations.ts'
import type { ProjectDocument } from '../pyproject/project-document.ts'
import { asBuild, noPlace } from './edit-build.ts'
import { dependencyChanges } from './edit-dependencies.ts'
import { type EntryParts, entriesIn, pairIn, textAt } from './entry-parts.ts'
import type { PylockEntry, PylockManifest } from './manifest.ts'
import { readPylockDocument, readPylockText } from './read.ts'

/**
 * Makes edits of a pylock.toml out of decisions about its packages. All edits are of the original text and do not overlap.
 * What they make is read again before it is handed out.
 *
 * @throws TorchpinError FILE_UNWRITABLE where a package is written in a form that has no place for a decision
 */
export function edit({ source }: Pick<PylockManifest, 'source'>, decisions: readonly PylockDecision[]): Edited {
  if (decisions.length === 0) return { edits: [], changes: [] }
  const document = readPylockDocument(source, 'pylock.toml')
  const entries = new Map(entriesIn(document).map(entry => [entry.span.start, entry]))
  const decided = decisions.map(decision => ({ decision, entry: entries.get(decision.at.start)! }))
  const operations = [
    ...removed(
      source,
      decided.filter(({ decision }) => decision.kind === 'remove').map(({ entry }) => entry),
    ),
    ...decided.flatMap(({ decision, entry }) =>
      decision.kind === 'remove' ? [] : switched(document, entry, decision),
    ),
  ]
  const dependencies = dependencyChanges(source, [...entries.values()], decided)
  const { edits } = layOut(document.document, [...operations, ...dependencies])
  refuseBroken(source, applyEdits(source, edits), decisions)
  const changes = decided.map(({ decision, entry }) => changeOf(decision, entry, document))
  return { edits, changes: changes.sort((a, b) => a.line - b.line) }
}

/** Takes packages away, those that follow each other as one, so that the empty line between two others stays one. */
function removed(source: string, entries: readonly EntryParts[]): Operation[] {
  const runs: Span[] = []
  for (const { span } of entries.toSorted((a, b) => a.span.start - b.span.start)) {
    const last = runs.at(-1)
    if (last && source.slice(last.end, span.start).trim() === '')
      runs[runs.length - 1] = { start: last.start, end: span.end }
    else runs.push(span)
  }
  return runs.map(header => ({ kind: 'remove-block', block: { header, path: ['packages'], isItem: true, pairs: [] } }))
}

/** The first build takes the place of the package, and each other one follows as a copy of it. */
function switched(
  document: ProjectDocument,
  entry: EntryParts,
  { builds: [first, ...more] }: LockedSwitch,
): Operation[] {
  const { source } = document.document
  return [
    ...asBuild(source, entry, first),
    ...more.map(
      (build): Operation => ({
        kind: 'append-block',
        after: entry.blocks.at(-1),
        lines: copyOf(document, entry, build),
      }),
    ),
  ]
}

function copyOf({ document }: ProjectDocument, { own, span, blocks }: EntryParts, build: LockedBuild): string[] {
  const text = document.source.slice(span.start, span.end)
  const copy = readPylockDocument(text, 'pylock.toml').document
  const [entry] = entriesIn({ document: copy })
  if (!entry || entry.blocks.length !== blocks.length || textAt(entry.own, 'name') !== textAt(own, 'name'))
    throw new Error('a copy of a package is not that package')
  return applyEdits(text, layOut(copy, asBuild(text, entry, build)).edits).split(/\r?\n/)
}

function changeOf(decision: PylockDecision, { own }: EntryParts, { lineOf }: ProjectDocument): Change {
  const from = `${decision.name}==${textAt(own, 'version')}`
  const [action, to] =
    decision.kind === 'remove'
      ? (['remove', ''] as const)
      : (['switch', decision.builds.map(({ version }) => `${decision.name}==${version}`).join(', ')] as const)
  return {
    action,
    line: lineOf(pairIn(own, 'name')!.span),
    name: decision.name,
    from,
    to,
    reason: decision.reason,
  }
}

/** Reads what the edits make: it has to say what was decided, and of all other packages what it said before. */
function refuseBroken(source: string, text: string, decisions: readonly PylockDecision[]): void {
  const decidedAt = new Map(decisions.map(decision => [decision.at.start, decision]))
  const wanted = packagesIn(source).flatMap(entry => {
    const decision = decidedAt.get(entry.at.start)
    if (!decision) return [saying(entry)]
    return decision.kind === 'remove' ? [] : decision.builds.map(build => saying({ ...entry, ...build }))
  })
  if (packagesIn(text).map(saying).join('\n') === wanted.join('\n')) return
  throw noPlace()
}

function saying({ name, version, marker, wheels }: Saying): string {
  return [name, version, marker, ...wheels.map(({ filename }) => filename)].join(' ')
}

type Saying = Pick<PylockEntry, 'name' | 'version' | 'marker'> & {
  readonly wheels: readonly { readonly filename: string }[]
}

function packagesIn(text: string): readonly PylockEntry[] {
  try {
    return readPylockText(text, 'pylock.toml').packages
  } catch (error) {
    if (error instanceof TorchpinError) return []
    throw error
  }
}
