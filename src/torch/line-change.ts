import { publicVersion } from '../packaging/version.ts'
import type { Installed } from '../resolve/resolve.ts'
import type { Change } from '../result.ts'
import type { Edit } from '../text/edits.ts'
import { torchFamily } from './family.ts'
import { hashesOf } from './hashes.ts'
import { newlineOf } from './insertion.ts'
import { isHashed, type RequirementLine } from './lines.ts'
import {
  beforeAndAfter,
  bodyAfter,
  hashEdit,
  hashSeparator,
  ignoredIndexEdits,
  type LineChange,
  markerEdit,
  pinEdit,
} from './pins.ts'
import type { PlanInput } from './plan.ts'
import { type Share, sharesOf } from './shares.ts'
import type { Trap } from './traps.ts'

/** The change of one line; undefined where it stays as it is. */
export function changeOf(line: RequirementLine, input: PlanInput): LineChange | undefined {
  if (line.kept || usesEnvironment(line)) return undefined
  if (line.cudaOnly && !input.resolution.has(line.requirement.key)) return removal(line)
  const shares = pinsOf(line, input)
  const repaired = ignoredIndexEdits(line, input.cpuIndexUrl)
  const [first, ...more] = shares
  if (!first) return repaired.length > 0 ? repair(line, repaired) : undefined
  const pinned = [...editsFor(line, first), ...rehash(line, first.builds, input)]
  const edits = [...pinned, ...repaired]
  const change: Change = {
    action: torchFamily.has(line.requirement.key) && isExact(line) ? 'switch' : 'pin',
    line: line.lineNumber,
    name: line.requirement.key,
    ...beforeAndAfter(line, edits),
    reason: reasonOf(line, first, input),
  }
  if (more.length === 0) return { edits, changes: [change] }
  const added = more.map(share => ({
    text: [bodyAfter(line, editsFor(line, share)), ...hashWords(line, share.builds, input)].join(hashSeparator(line)),
    change: {
      ...change,
      action: 'add',
      from: '',
      to: bodyAfter(line, editsFor(line, share)),
      reason: reasonOf(line, share, input),
    } as const,
  }))
  return {
    edits: [
      ...edits,
      linesBelow(
        line,
        added.map(({ text }) => text),
      ),
    ],
    changes: [change, ...added.map(made => made.change)],
  }
}

/** The versions that a line is to be pinned to, with their targets; none where it is not to be pinned, or is already. */
export function pinsOf(line: RequirementLine, input: Omit<PlanInput, 'digests'>): Share[] {
  const chosen = input.resolution.get(line.requirement.key)
  if (!chosen || line.kept || usesEnvironment(line) || !shouldPin(line, input)) return []
  const shares = sharesOf(chosen, line.targets)
  return shares.length === 1 && isPinnedTo(line, shares[0]!) ? [] : shares
}

/** Whether a line names one version, and not a range. */
export function isExact({ requirement: { specifier } }: RequirementLine): boolean {
  return specifier.clauses.some(
    ({ operator, version }) => operator === '===' || (operator === '==' && !version.endsWith('*')),
  )
}

/** A line with `${NAME}` in it says that somebody else decides; an edit would undo that. */
function usesEnvironment({ statement }: RequirementLine): boolean {
  return statement.kind === 'requirement' && statement.usesEnvironment
}

function shouldPin(line: RequirementLine, { pin, avoided }: Pick<PlanInput, 'pin' | 'avoided'>): boolean {
  const family = torchFamily.has(line.requirement.key)
  if (line.file.role === 'constraints') return family && isExact(line)
  if (family || line.cpu !== line.requirement || line.statement.kind === 'unreadable') return true
  if (isExact(line)) return false
  if (pin === 'all' || trapFor(line, avoided)) return true
  return pin === 'ranges' && line.requirement.specifier.clauses.length > 0
}

const trapFor = (line: RequirementLine, traps: readonly Trap[]): Trap | undefined =>
  traps.find(({ requirement }) => requirement.key === line.requirement.key)

function isPinnedTo({ requirement: { specifier }, statement }: RequirementLine, { version }: Share): boolean {
  const [only, ...more] = specifier.clauses
  return (
    statement.kind === 'requirement' &&
    more.length === 0 &&
    only?.operator === '==' &&
    sameText(only.version, version.text)
  )
}

const sameText = (a: string, b: string): boolean => a.toLowerCase().replace(/^v/, '') === b.toLowerCase()

function editsFor(line: RequirementLine, { version, marker }: Share): Edit[] {
  return [pinEdit(line, version.text), ...(marker === undefined ? [] : [markerEdit(line, marker)])]
}

function rehash(line: RequirementLine, builds: readonly Installed[], { digests }: PlanInput): Edit[] {
  const edit = isHashed(line) ? hashEdit(line, hashesOf(builds, line.file, digests)) : undefined
  return edit ? [edit] : []
}

function hashWords(line: RequirementLine, builds: readonly Installed[], { digests }: PlanInput): string[] {
  return isHashed(line) ? hashesOf(builds, line.file, digests).map(hash => `--hash=${hash}`) : []
}

/** Lines right below another; below a last line without an ending, and then still without one. */
function linesBelow({ file: { source }, statement: { span } }: RequirementLine, lines: readonly string[]): Edit {
  const newline = newlineOf(source)
  const open = !/[\r\n]$/.test(source.slice(span.start, span.end))
  const text = lines.map(line => (open ? newline + line : line + newline)).join('')
  return { start: span.end, end: span.end, text }
}

function repair(line: RequirementLine, edits: readonly Edit[]): LineChange {
  const change: Change = {
    action: torchFamily.has(line.requirement.key) ? 'switch' : 'pin',
    line: line.lineNumber,
    name: line.requirement.key,
    ...beforeAndAfter(line, edits),
    reason: 'pip ignores index options on a requirement line',
  }
  return { edits, changes: [change] }
}

function removal(line: RequirementLine): LineChange {
  const change: Change = {
    action: 'remove',
    line: line.lineNumber,
    name: line.requirement.key,
    ...beforeAndAfter(line, []),
    to: '',
    reason: 'only CUDA builds of torch need it',
  }
  return { edits: [{ start: line.statement.span.start, end: endOfEntry(line), text: '' }], changes: [change] }
}

/** Where a line and the annotations that a compiler put below it (`    # via torch`) end. */
function endOfEntry({ file, statement: { span } }: RequirementLine): number {
  const after = file.statements.slice(file.statements.findIndex(other => other.span.start === span.end))
  const own = after.findIndex(
    other => other.kind !== 'blank' || !/^[ \t]+#/.test(file.source.slice(other.span.start, other.span.end)),
  )
  return after.length === 0 || span.end === file.source.length
    ? span.end
    : (after.slice(0, own < 0 ? after.length : own).at(-1)?.span.end ?? span.end)
}

function reasonOf(line: RequirementLine, { version }: Share, { avoided }: PlanInput): string {
  if (line.statement.kind === 'unreadable') return 'a local version label is legal only behind == (PEP 440)'
  if (torchFamily.has(line.requirement.key))
    return version.local ? 'CPU build' : 'the build without a label is the CPU build there'
  const trap = trapFor(line, avoided)
  return trap
    ? `${trap.project} ${publicVersion(trap.version).text} ${trap.because}`
    : 'newest that goes with the rest of the file'
}
