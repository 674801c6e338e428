import { TorchpinError } from '../../contract/errors.ts'
import { asRequirements, type PipItem, type PipList, readPipList } from '../../project-files/conda-environment.ts'
import { applyEdits, type Edit } from '../../text/edits.ts'

/** A conda environment file: what it is as a requirements file has the same length, and every item in its place. */
export interface CondaFile {
  /** The text as it was read. */
  readonly source: string
  readonly list: PipList
}

/**
 * Reads a conda environment file.
 *
 * @returns undefined where it has no `pip:` list
 * @throws TorchpinError FILE_UNREADABLE where the list is not to be edited in place
 */
export function readCondaFile(path: string, source: string): CondaFile | undefined {
  const list = readPipList(source)
  if (!list) return undefined
  if (!('problem' in list)) return { source, list }
  throw new TorchpinError('FILE_UNREADABLE', `${path}:${list.line}: ${list.problem}`, { hint: list.hint })
}

/** What the file is as a requirements file. */
export function linesOf({ source, list }: CondaFile): string {
  return asRequirements(source, list)
}

/**
 * The environment file after edits of what it is as a requirements file. A line that comes in is an item before the one that it
 * would stand before.
 *
 * @throws TorchpinError FILE_UNREADABLE where the result would not be read as the same list: nothing is guessed
 */
export function editedCondaFile(path: string, { source, list }: CondaFile, edits: readonly Edit[]): string {
  if (edits.length === 0) return source
  const text = applyEdits(
    source,
    edits.map(edit => itemEdit(source, list.items, edit)),
  )
  const now = readPipList(text)
  const read = now && 'items' in now ? requirementsIn(asRequirements(text, now)) : []
  const meant = requirementsIn(applyEdits(linesOf({ source, list }), edits))
  if (read.join('\n') === meant.join('\n')) return text
  throw new TorchpinError('FILE_UNREADABLE', `${path}: what its pip list is to be cannot be written into it`, {
    hint: `write the items by hand: ${meant.join(', ')}`,
  })
}

function itemEdit(source: string, items: readonly PipItem[], edit: Edit): Edit {
  const { start, end, text } = edit
  if (start === end && /[\r\n]/.test(text)) return newItems(source, items, edit)
  const quote = items.find(item => item.text.start <= start && start <= item.text.end)?.quote
  // Markers may have either quote.
  const other = quote === '"' ? text.replaceAll('"', "'") : text.replaceAll("'", '"')
  return { start, end, text: quote ? other : text }
}

function newItems(source: string, items: readonly PipItem[], { start, text }: Edit): Edit {
  const [first] = items
  const next = items.find(item => item.line.start >= start)
  const beside = next ?? items.at(-1) ?? first!
  const at = next ? next.line.start : beside.line.end
  const newline = /\r\n|\n|\r/.exec(source)?.[0] ?? '\n'
  const isOpen = at > 0 && !/[\r\n]/.test(source[at - 1]!)
  const head = source.slice(beside.line.start, beside.text.start - beside.quote.length)
  const lines = text.split(/[\r\n]+/).filter(line => line !== '')
  return {
    start: at,
    end: at,
    text: lines.map(line => (isOpen ? `${newline}${head}${line}` : `${head}${line}${newline}`)).join(''),
  }
}

/** The lines that say something, without comments. Which quote a marker has makes no difference. */
function requirementsIn(text: string): string[] {
  return text.split(/[\r\n]+/).flatMap(line => {
    const comment = line.search(/(?<!\S)#/)
    const requirement = (comment < 0 ? line : line.slice(0, comment)).trim()
    return requirement === '' ? [] : requirement.replaceAll("'", '"')
  })
}
