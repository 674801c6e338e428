import { TorchpinError } from '../../../contract/errors.ts'
import { canonicalizeName } from '../../../packaging/names.ts'
import { fileNameOf, parseWheelFilename, type WheelName } from '../../../packaging/wheel.ts'
import type { Span } from '../../../text/edits.ts'
import { type ProjectDocument, readProjectDocument } from '../pyproject/project-document.ts'
import { fieldsOf, textIn } from '../toml-fields.ts'
import { definitionsBelow, pairsOf } from '../toml-places.ts'
import { blocksBelow, type EntryParts, entriesIn, pairIn, textAt, textOf, wheelsOf } from './entry-parts.ts'
import type { PylockEntry, PylockManifest } from './manifest.ts'

/** A pylock.toml, with the place of everything in it. */
export function readPylockDocument(source: string, path: string): ProjectDocument {
  return readProjectDocument(source, 'uv', path)
}

/** Far more than any tool has locked together: with their places, more would take memory by the gigabyte. */
const MOST_PACKAGES = 10_000

/**
 * Reads what a pylock.toml says.
 * @throws TorchpinError FILE_UNREADABLE where it is no TOML, or does not write each package under a header, as tools do
 */
export function readPylockText(source: string, path: string): Omit<PylockManifest, 'encoding'> {
  if ((source.match(/^\[\[packages\]\]/gm)?.length ?? 0) > MOST_PACKAGES)
    throw new TorchpinError('FILE_UNREADABLE', `${path} lists more than ${MOST_PACKAGES} packages`)
  const document = readPylockDocument(source, path)
  const [top] = document.document.blocks
  if (pairIn(top!, 'packages')?.value.kind === 'array' && source.includes('{'))
    throw new TorchpinError(
      'FILE_UNREADABLE',
      `${path} lists its packages in one value, where tools write [[packages]]`,
      {
        hint: 'have it exported anew',
      },
    )
  const kept = document.document.comments.filter(comment => document.isKept(comment))
  return {
    source,
    createdBy: textAt(top!, 'created-by'),
    requiresPython: textAt(top!, 'requires-python'),
    packages: entriesIn(document).map(entry => entryOf(document, kept, entry)),
  }
}

function entryOf(document: ProjectDocument, kept: readonly Span[], entry: EntryParts): PylockEntry {
  const { own, span } = entry
  const nameAt = pairIn(own, 'name')?.span ?? own.header!
  return {
    at: span,
    nameAt,
    line: document.lineOf(nameAt),
    name: canonicalizeName(textAt(own, 'name') ?? ''),
    version: textAt(own, 'version'),
    marker: textAt(own, 'marker'),
    index: textAt(own, 'index'),
    ...originOf(entry),
    wheels: wheelsOf(entry).flatMap(wheel => wheelNameOf(wheel) ?? []),
    urls: wheelsOf(entry).flatMap(wheel => textOf(wheel.get('url')) ?? []),
    ignoredByComment: document.isKept(span) || kept.some(comment => isWithin(comment, span)),
  }
}

const isWithin = (inner: Span, outer: Span): boolean => inner.start >= outer.start && inner.end <= outer.end

function wheelNameOf(wheel: ReturnType<typeof wheelsOf>[number]): WheelName | undefined {
  const named = ['name', 'url', 'path'].map(key => textOf(wheel.get(key)))
  const name = named.find(text => text !== undefined)
  return name === undefined ? undefined : parseWheelFilename(fileNameOf(name))
}

/** Where the package comes from. Attestations are of the very files that are locked, so what has them takes no others. */
function originOf(entry: EntryParts): Pick<PylockEntry, 'from' | 'place'> {
  const vcs = tableAt(entry, 'vcs')
  const url = vcs && textIn(vcs, 'url')
  if (vcs && url !== undefined)
    return { from: 'direct', place: `${textIn(vcs, 'type') ?? 'git'}+${url}@${textIn(vcs, 'commit-id') ?? ''}` }
  const archive = tableAt(entry, 'archive')
  const at = archive && textIn(archive, 'url')
  if (archive && at !== undefined) return { from: 'direct', place: at }
  const wheels = wheelsOf(entry)
  if (vcs || archive || tableAt(entry, 'directory') || wheels.some(wheel => !wheel.has('url')))
    return { from: 'local', place: undefined }
  const isPlain = wheels.length > 0 && !tableAt(entry, 'sdist') && !says(entry, 'attestation-identities')
  return { from: isPlain ? 'wheels' : 'source', place: undefined }
}

const says = (entry: EntryParts, key: string): boolean =>
  pairIn(entry.own, key) !== undefined || blocksBelow(entry, key).length > 0

/** The table that an entry has at a key, in whatever way it is written. */
function tableAt(entry: EntryParts, key: string) {
  const document = { source: '', blocks: entry.blocks, comments: [] }
  const placed = { document, pairs: pairsOf(document) }
  const found = definitionsBelow(placed, ['packages']).find(({ name }) => name === key)
  return found && fieldsOf(found).entries[0]
}
