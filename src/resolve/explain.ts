import type { Incompatibility } from './incompatibility.ts'
import { ROOT } from './solver.ts'
import type { Term } from './term.ts'
import type { VersionSet } from './version-set.ts'

/** Words for what the solver only knows by key and position. */
export interface Vocabulary {
  /** `torch==2.1.0`, `numpy>=2,<2.3`, or the bare name where the set holds every candidate. */
  versions(key: string, set: VersionSet): string
  /** What exists of the package, for the sentence "…; there is 2.1.0 to 2.9.1 …". Undefined: nothing worth saying. */
  available(key: string): string | undefined
}

/**
 * Tells a derivation as sentences, each following from those before it, as uv and Dart's pub do.
 * A conclusion that is used twice gets a number, so that it is told once.
 */
export function explain(failure: Incompatibility, words: Vocabulary): string[] {
  const sentences: string[] = []
  const told = new Map<Incompatibility, number>()
  const uses = countUses(failure)

  const tell = (node: Incompatibility): void => {
    const { cause } = node
    if (cause.type !== 'conflict' || told.has(node)) return
    const { left, right } = cause
    tell(left)
    tell(right)
    // The premise told last needs no repetition.
    const said = (premise: Incompatibility): string => {
      const number = told.get(premise) ?? 0
      return number > 0 ? `${statement(premise, words)} (${number})` : statement(premise, words)
    }
    const follows =
      sentences.length > 0 &&
      (told.has(left) || told.has(right)) &&
      (told.get(right) === -sentences.length || told.get(left) === -sentences.length)
    const premises = follows ? [told.get(left) === -sentences.length ? right : left].map(said) : [left, right].map(said)
    const opening = follows ? 'and because' : 'because'
    const number = (uses.get(node) ?? 0) > 1 ? [...told.values()].filter(n => n > 0).length + 1 : undefined
    sentences.push(`${opening} ${premises.join(' and ')}, ${conclusion(node, words)}${number ? ` (${number})` : ''}`)
    told.set(node, number ?? -sentences.length)
  }

  tell(failure)
  return sentences.length > 0 ? sentences : [statement(failure, words)]
}

function countUses(root: Incompatibility): Map<Incompatibility, number> {
  const uses = new Map<Incompatibility, number>()
  const visit = (node: Incompatibility): void => {
    const before = uses.get(node) ?? 0
    uses.set(node, before + 1)
    if (before > 0 || node.cause.type !== 'conflict') return
    visit(node.cause.left)
    visit(node.cause.right)
  }
  visit(root)
  return uses
}

/** What an incompatibility says, as the premise of a sentence. */
function statement(of: Incompatibility, words: Vocabulary): string {
  const { cause, terms } = of
  const positive = terms.filter(term => term.positive)
  switch (cause.type) {
    case 'dependency': {
      const dependant = positive.find(term => term.key === ROOT) ?? positive[0]
      if (!dependant || dependant.key === ROOT) return `${cause.where ?? 'the files'} asks for ${cause.requirement}`
      return `${phrase(dependant, words)} depends on ${cause.requirement}`
    }
    case 'unmet': {
      const asking =
        terms[0]!.key === ROOT ? `${cause.where ?? 'the files'} asks for` : `${phrase(terms[0]!, words)} depends on`
      const available = words.available(cause.key)
      return `${asking} ${cause.requirement}, and no such version can be had${available ? ` (${available})` : ''}`
    }
    case 'constraint':
      return `${cause.where} constrains ${cause.requirement}`
    case 'no-versions':
      return noVersions(terms[0]!, words)
    case 'unusable':
      return `${phrase(terms[0]!, words)} ${cause.reason}`
    case 'root':
      return 'the files are to be installed'
    case 'conflict':
      return conclusion(of, words)
  }
}

function noVersions(term: Term, words: Vocabulary): string {
  const available = words.available(term.key)
  return `no usable version of ${phrase(term, words)} exists${available ? ` (${available})` : ''}`
}

/** What an incompatibility says, as the end of a sentence. */
function conclusion({ terms }: Incompatibility, words: Vocabulary): string {
  const own = terms.filter(term => term.key !== ROOT)
  if (own.length === 0) return 'no set of versions satisfies the files'
  const positive = own.filter(term => term.positive)
  const negative = own.filter(term => !term.positive)
  const rooted = terms.length > own.length
  if (positive.length === 0) {
    return `${rooted ? 'the files need' : 'one needs'} ${negative.map(term => phrase(term, words)).join(' or ')}`
  }
  if (negative.length > 0) {
    return `${positive.map(term => phrase(term, words)).join(' together with ')} needs ${negative.map(term => phrase(term, words)).join(' or ')}`
  }
  if (positive.length === 1) return `${phrase(positive[0]!, words)} cannot be used`
  return `${positive.map(term => phrase(term, words)).join(' and ')} do not go together`
}

function phrase(term: Term, words: Vocabulary): string {
  return words.versions(term.key, term.set)
}
