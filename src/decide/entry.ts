import type { Requirement } from '../packaging/requirement.ts'
import type { Target } from '../packaging/target.ts'
import type { Version } from '../packaging/version.ts'
import type { Span } from '../text/edits.ts'
import type { RequirementLine } from '../torch/lines.ts'

/** What counts of an entry that asks for a project, whatever the format of its file. A `RequirementLine` is one. */
export interface Entry {
  readonly requirement: Requirement
  /** What the CPU-only file asks for in its place. */
  readonly cpuRequirement: Requirement
  /** The version that a compiled file holds, where it is a wish and no condition. */
  readonly preferredVersion?: Version
  /** The targets on which it applies. */
  readonly targets: readonly Target[]
  readonly ignoredByComment: boolean
  readonly removal: RequirementLine['removal']
  readonly file: { readonly path: string; readonly absolute: string; readonly role: 'requirements' | 'constraints' }
  readonly statement: {
    /** `unreadable`: installers refuse it as it is. */
    readonly kind: string
    readonly span: Span
    readonly hashes?: readonly unknown[]
    readonly usesEnvironment?: boolean
    /** Options that stand on the entry, where installers ignore them. */
    readonly ignoredOptions?: readonly { readonly value?: string }[]
  }
}

/** Whether an entry carries hashes, and with it its file: pip then wants them on every line. */
export function isHashed({ statement: { hashes = [] } }: Pick<Entry, 'statement'>): boolean {
  return hashes.length > 0
}

/** An entry with `${NAME}` in it says that somebody else decides, as a comment that keeps it does; an edit would undo that. */
export function isLeftAlone({ ignoredByComment, statement }: Entry): boolean {
  return ignoredByComment || statement.usesEnvironment === true
}

/** Whether an entry names one version, and not a range. */
export function isExact({ requirement: { specifier } }: Entry): boolean {
  return specifier.clauses.some(
    ({ operator, version }) => operator === '===' || (operator === '==' && !version.endsWith('*')),
  )
}
