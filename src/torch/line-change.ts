import { publicVersion } from '../packaging/version.ts'
import type { Installed } from '../resolve/resolve.ts'
import type { Change } from '../result.ts'
import type { Edit } from '../text/edits.ts'
import { torchFamily } from './family.ts'
import { urlsIn } from './file-style.ts'
import { hashesOf } from './hashes.ts'
import { byVersion, type UrlOf } from './index-styles.ts'
import { newlineOf } from './insertion.ts'
import { isHashed, type Leaving, type RequirementLine } from './lines.ts'
import {
  beforeAndAfter,
  bodyAfter,
  hashEdit,
  hashSeparator,
  ignoredIndexEdits,
  type LineChange,
  markerEdit,
  pinEdit,
  projectEdits,
  specifierEdits,
  urlEdit,
} from './pins.ts'
import type { PlanInput } from './plan.ts'
import { ruleFor } from './rules.ts'
import { type Share, sharesOf } from './shares.ts'
import type { Trap } from './traps.ts'
import { annotationsBelow } from './via.ts'

/** The change of one line; undefined where it stays as it is. */
export function changeOf(line: RequirementLine, input: PlanInput): LineChange | undefined {
  if (isLeftAlone(line)) return undefined
  if (line.leaves) return removal(line, line.leaves)
  const [first, ...more] = pinsOf(line, input)
  const repaired = ignoredIndexEdits(line, input.cpuIndexUrl)
  const edits = [...editsFor(line, first, input), ...(first ? rehash(line, first.builds, input) : []), ...repaired]
  if (edits.length === 0) return undefined
  const change: Change = {
    action: actionOf(line, first),
    line: line.lineNumber,
    name: line.requirement.key,
    ...beforeAndAfter(line, edits),
    reason: reasonOf(line, first, input),
  }
  if (more.length === 0) return { edits, changes: [change] }
  const added = more.map(share => {
    const to = bodyAfter(line, editsFor(line, share, input))
    const text = [to, ...hashWords(line, share.builds, input)].join(hashSeparator(line))
    return { text, change: { ...change, action: 'add', from: '', to, reason: reasonOf(line, share, input) } as const }
  })
  const below = linesBelow(
    line,
    added.map(({ text }) => text),
  )
  return { edits: [...edits, below], changes: [change, ...added.map(made => made.change)] }
}

/** The versions that a line is to be pinned to, with their targets; none where it is not to be pinned, or is already. */
export function pinsOf(line: RequirementLine, input: Omit<PlanInput, 'digests'>): Share[] {
  const chosen = input.resolution.get(line.cpu.key)
  if (!chosen || line.leaves || isLeftAlone(line) || !shouldPin(line, input)) return []
  const shares = sharesOf(chosen, line.targets, urlsFor(line, input))
  return shares.length === 1 && isPinnedTo(line, shares[0]!) ? [] : shares
}

/** A constraint stays one: it holds beside a URL, and of one that names a URL pip forgets the extras. */
function urlsFor({ cpu, file }: RequirementLine, input: Omit<PlanInput, 'digests'>): UrlOf {
  const free = torchFamily.has(cpu.key) && file.role === 'requirements'
  return free ? urlsIn(file, input) : byVersion
}

/** Whether a line names one version, and not a range. */
export function isExact({ requirement: { specifier } }: RequirementLine): boolean {
  return specifier.clauses.some(
    ({ operator, version }) => operator === '===' || (operator === '==' && !version.endsWith('*')),
  )
}

/** A line with `${NAME}` in it says that somebody else decides, as a comment that keeps it does; an edit would undo that. */
export function isLeftAlone({ kept, statement }: RequirementLine): boolean {
  return kept || (statement.kind === 'requirement' && statement.usesEnvironment)
}

function shouldPin(line: RequirementLine, { pin, avoided }: Pick<PlanInput, 'pin' | 'avoided'>): boolean {
  const family = torchFamily.has(line.cpu.key)
  // An exact pin is the user's, unless it is one to another build.
  if (isExact(line)) return family || line.cpu !== line.requirement
  if (line.file.role === 'constraints') return false
  if (family || line.statement.kind === 'unreadable' || pin === 'all' || trapFor(line, avoided)) return true
  return pin === 'ranges' && line.requirement.specifier.clauses.length > 0
}

const trapFor = (line: RequirementLine, traps: readonly Trap[]): Trap | undefined =>
  traps.find(({ requirement }) => requirement.key === line.cpu.key)

function isPinnedTo({ requirement, cpu, statement }: RequirementLine, { version, url }: Share): boolean {
  const [only, ...more] = requirement.specifier.clauses
  return (
    url === undefined &&
    statement.kind === 'requirement' &&
    requirement.key === cpu.key &&
    more.length === 0 &&
    only?.operator === '==' &&
    sameText(only.version, version.text)
  )
}

const sameText = (a: string, b: string): boolean => a.toLowerCase().replace(/^v/, '') === b.toLowerCase()

/** What the requirement itself becomes: another project, fewer extras, one version or wheel, a narrower marker. */
function editsFor(line: RequirementLine, share: Share | undefined, input: PlanInput): Edit[] {
  if (!share) return [...projectEdits(line), ...(shouldPin(line, input) ? [] : specifierEdits(line))]
  const { version, url, marker } = share
  return [
    ...projectEdits(line),
    url === undefined ? pinEdit(line, version.text) : urlEdit(line, url),
    ...(marker === undefined ? [] : [markerEdit(line, marker)]),
  ]
}

function rehash(line: RequirementLine, builds: readonly Installed[], input: PlanInput): Edit[] {
  const edit = hashEdit(line, hashWords(line, builds, input))
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

const leavingReasons = {
  'cuda-only': () => 'only CUDA builds need it',
  'no-cpu-form': ({ requirement: { key } }: RequirementLine) => {
    const rule = ruleFor(key)
    return rule && 'because' in rule ? rule.because : 'it has no CPU build'
  },
  twin: ({ cpu }: RequirementLine) => `${cpu.name} is in the file already`,
} satisfies Record<Leaving, (line: RequirementLine) => string>

function removal(line: RequirementLine, leaving: Leaving): LineChange {
  const change: Change = {
    action: 'remove',
    line: line.lineNumber,
    name: line.requirement.key,
    ...beforeAndAfter(line, []),
    to: '',
    reason: leavingReasons[leaving](line),
  }
  const { start, end } = line.statement.span
  return { edits: [{ start, end: annotationsBelow(line).at(-1)?.span.end ?? end, text: '' }], changes: [change] }
}

function actionOf(line: RequirementLine, share: Share | undefined): Change['action'] {
  if (line.cpu.key !== line.requirement.key) return 'replace'
  return torchFamily.has(line.cpu.key) && (!share || isExact(line)) ? 'switch' : 'pin'
}

function reasonOf(line: RequirementLine, share: Share | undefined, { avoided }: PlanInput): string {
  const rule = ruleFor(line.requirement.key)
  if (line.cpu.key !== line.requirement.key && rule?.action === 'replace') return rule.because
  if (line.cpu.extras.length < line.requirement.extras.length) return 'an extra of it brings CUDA'
  if (!share) return 'pip ignores index options on a requirement line'
  if (line.statement.kind === 'unreadable') return 'a local version label is legal only behind == (PEP 440)'
  if (torchFamily.has(line.cpu.key))
    return share.version.local ? 'CPU build' : 'the build without a label is the CPU build there'
  const trap = trapFor(line, avoided)
  if (line.held && !trap) return 'the files it is compiled from ask for another release'
  return trap
    ? `${trap.project} ${publicVersion(trap.version).text} ${trap.because}`
    : 'newest that goes with the rest of the file'
}
