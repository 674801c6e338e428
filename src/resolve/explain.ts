import { enumerated } from '../text/lists.ts'
import { isUnmet, type Premise } from './premises.ts'
import { parseKey } from './provider/package-key.ts'
import { ROOT } from './pubgrub/solver.ts'
import type { VersionSet } from './pubgrub/version-set.ts'

/** Words for what the solver only knows by key and position. */
export interface Vocabulary {
  /** `torch`, `torch[extra]`. */
  name(key: string): string
  /** `==2.1.0`, `>=2,<2.3`; empty where the set holds every version that counts. */
  range(key: string, set: VersionSet): string
  /** What these versions are called where they are all there are: `all versions of torch`; nothing for a single one. */
  all(key: string): string | undefined
  /** What a line (`requirements.txt:3`) asks for, as it stands in its file. */
  written(where: string): string | undefined
  /** Why nothing meets what a premise asks for, as sentences. */
  missing(premise: Premise): readonly string[]
  /** `2.0 to 3.1`: what exists of the project; nothing where that says nothing. */
  existing(project: string): string | undefined
  /** `2.4 would fit, but needs Python >=3.12`: what meets all of these requirements and cannot be used. */
  barred(project: string, requirements: readonly string[]): readonly string[]
}

/** Parts of a sentence that share one line. */
const MOST_PARTS = 3
/** Lines of an explanation; the middle of a longer one says little. */
const MOST_LINES = 12
/** Needs of a package's versions that are listed one by one. */
const MOST_ALTERNATIVES = 4

/**
 * Tells why some premises cannot all be met, in one sentence a line: every line of the files with what follows from it
 * down to where it ends, then what bars versions, then what does not fit together.
 */
export function explain(premises: readonly Premise[], words: Vocabulary): string[] {
  const reported = new Set<Premise>()
  const lines: string[] = []

  const following = (premise: Premise) => premises.filter(other => !reported.has(other) && follows(other, premise))

  /** Tells a premise, and in the same sentence what follows from it alone. */
  const tell = (start: Premise): void => {
    const chain = [start]
    reported.add(start)
    let next = following(start)
    while (next.length === 1) {
      chain.push(next[0]!)
      reported.add(next[0]!)
      next = following(next[0]!)
    }
    lines.push(...sentencesOf(chain, words))
    tellAll(next)
  }

  const tellAll = (next: readonly Premise[]): void => {
    for (const alike of byPair(next)) {
      if (alike.length <= MOST_ALTERNATIVES) {
        for (const premise of alike) if (!reported.has(premise)) tell(premise)
        continue
      }
      for (const premise of alike) reported.add(premise)
      const [first, second, last] = [alike[0]!, alike[1]!, alike.at(-1)!].map(one => partOf(one, undefined, words))
      lines.push(sentence([first!, second!, `… ${last}`]))
      tellAll([...new Set(alike.flatMap(following))])
    }
  }

  for (const premise of premises) if (!reported.has(premise)) tell(premise)
  return [...shortened(lines), ...conclusion(premises, words)]
}

function follows(premise: Premise, from: Premise): boolean {
  if (premise.type === 'constraint' || premise.of.key === ROOT) return false
  return from.type === 'dependency' && from.on.includes(premise.of.key)
}

/** Premises put beside those of the same project on the same other. */
function byPair(premises: readonly Premise[]): Premise[][] {
  const pairs = new Map<string, Premise[]>()
  for (const premise of premises) {
    const name = `${premise.type} ${premise.of.key} ${premise.on}`
    pairs.set(name, [...(pairs.get(name) ?? []), premise])
  }
  return [...pairs.values()]
}

/** What a chain of premises comes to, the middle of a long one by name only, and why its end cannot be had. */
function sentencesOf(chain: readonly Premise[], words: Vocabulary): string[] {
  const last = chain.at(-1)!
  const missing = isUnmet(last) ? words.missing(last).map(part => sentence([part])) : []
  if (chain.length <= MOST_PARTS) {
    return [sentence(chain.map((premise, i) => partOf(premise, chain[i - 1], words))), ...missing]
  }
  const between = chain.slice(2, -1).map(({ of }) => words.name(of.key))
  return [
    sentence([
      partOf(chain[0]!, undefined, words),
      `which leads to ${words.name(last.of.key)} by way of ${few(between)}`,
    ]),
    sentence([partOf(last, undefined, words)]),
    ...missing,
  ]
}

function sentence(parts: readonly string[]): string {
  const text = parts.join(', ')
  // A sentence may begin with the name of a file or of a project, which keeps its letters.
  return `${/^(?:all|for|no|the|there) /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text}.`
}

/** A long derivation without its middle. */
function shortened(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines]
  const head = Math.ceil(MOST_LINES / 2)
  const tail = MOST_LINES - head - 1
  return [...lines.slice(0, head), `… (${lines.length - head - tail} more like these)`, ...lines.slice(-tail)]
}

function partOf(premise: Premise, before: Premise | undefined, words: Vocabulary): string {
  switch (premise.type) {
    case 'constraint':
      return `${premise.where} allows only ${writtenOr(premise.requirements[0]!, premise, words)}`
    case 'unusable':
      return `${subject(premise, before, words).text} cannot be used: it ${premise.reason}`
    case 'dependency':
      return `${asking(premise, before, words)} ${writtenOr(needed(premise, words), premise, words)}`
    case 'unmet':
      return `${asking(premise, before, words)} ${writtenOr(listed(premise.requirements), premise, words)}`
  }
}

/** Quotes what a line asks for as the line has it. */
function writtenOr(text: string, { where }: Premise, words: Vocabulary): string {
  return (where === undefined ? undefined : words.written(where)) ?? text
}

function asking(premise: Premise, before: Premise | undefined, words: Vocabulary): string {
  if (premise.of.key === ROOT) return `${premise.where ?? 'the files'} asks for`
  const { text, plural } = subject(premise, before, words)
  return `${text} ${plural ? 'depend' : 'depends'} on`
}

/** Whose premise it is. `which` will do where the sentence has just named these very versions. */
function subject({ of }: Premise, before: Premise | undefined, words: Vocabulary): { text: string; plural: boolean } {
  if (before?.admits?.isSubsetOf(of.set)) return { text: 'which', plural: false }
  const all = words.range(of.key, of.set) === '' ? words.all(of.key) : undefined
  const and = before ? 'and ' : ''
  return all
    ? { text: and + all, plural: true }
    : { text: and + words.name(of.key) + words.range(of.key, of.set), plural: false }
}

function needed({ on, admits, requirements }: Premise, words: Vocabulary): string {
  return requirements.length === 1 ? requirements[0]! : words.name(on[0]!) + words.range(on[0]!, admits!)
}

function listed(requirements: readonly string[]): string {
  if (requirements.length > MOST_ALTERNATIVES) return `${requirements[0]} … ${requirements.at(-1)}`
  return requirements.join(' or ')
}

/** What does not fit together, where the premises do not end with something that cannot be had. */
function conclusion(premises: readonly Premise[], words: Vocabulary): string[] {
  const disputes = disputesIn(premises.filter(premise => !isUnmet(premise)))
  if (disputes.length === 0) return []
  const choices = projectsWithAChoice(premises)
  const [clash, another] = disputes.filter(({ left }) => left.isEmpty)
  if (!clash || another || choices.length > 0) {
    const projects = new Set([...choices, ...disputes.map(({ project }) => project)])
    return [sentence([`no choice of ${few([...projects].toSorted())} fits all of these`])]
  }
  const { project, askers, requirements } = clash
  const existing = words.existing(project)
  return [
    `no version of ${project} fits ${askers.size === 2 ? 'both' : 'all of these'}${existing ? `: there is ${existing}` : ''}`,
    ...words.barred(project, requirements),
  ].map(part => sentence([part]))
}

/** A project of which more than one party asks for something. */
interface Dispute {
  readonly project: string
  /** The lines, each by itself, and other projects. */
  readonly askers: ReadonlySet<string>
  readonly requirements: readonly string[]
  /** Versions that all of them would take. */
  readonly left: VersionSet
}

function disputesIn(premises: readonly Premise[]): Dispute[] {
  const disputes = new Map<string, Dispute>()
  for (const { of, on, admits, where, requirements } of premises) {
    const { project } = parseKey(on[0] ?? '')
    const before = disputes.get(project)
    if (!admits) continue
    disputes.set(project, {
      project,
      askers: new Set(before?.askers).add(where === undefined ? parseKey(of.key).project : `${where} ${requirements}`),
      requirements: [...(before?.requirements ?? []), ...requirements],
      left: before ? before.left.intersect(admits) : admits,
    })
  }
  return [...disputes.values()].filter(({ askers }) => askers.size > 1)
}

/** Projects whose versions fail for different reasons. */
function projectsWithAChoice(premises: readonly Premise[]): string[] {
  const own = premises.filter(({ type, of }) => type !== 'constraint' && of.key !== ROOT)
  const split = own.filter(({ of }) =>
    own.some(({ of: other }) => other.key === of.key && !other.set.without(of.set).isEmpty),
  )
  return [...new Set(split.map(({ of }) => parseKey(of.key).project))]
}

/** Names in one phrase; of many, the first. */
function few(names: readonly string[]): string {
  if (names.length <= MOST_ALTERNATIVES) return enumerated(names)
  const shown = names.slice(0, MOST_ALTERNATIVES - 1)
  return enumerated([...shown, `${names.length - shown.length} others`])
}
