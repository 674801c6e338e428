import { type Node, nodesOf, parseExpression } from './parse.ts'

/** An input that may take long: `before`, then `pump` many times, then `behind`, on which a match fails. */
export interface WorstCase {
  readonly before: string
  readonly pump: string
  readonly behind: string
}

const characters = [
  ...'aAzf09_ \t\n\r-.:/"\'\\=+,;#@<>[](){}*!$%&`~|^?é\ufeff\u2003', '\0', '\u001b',
] // biome-ignore format: a list of words

/**
 * Inputs made for an expression: every loop of it fed with what it takes, alone and in pairs with whatever else it tells apart,
 * from the start and from where an input has come to the loop.
 */
export function worstCases(source: string, flags: string): WorstCase[] {
  const tree = parseExpression(source)
  const nodes = [...nodesOf(tree)]
  const loops = nodes.filter(({ node }) => node.kind === 'repeat' && node.most === Infinity)
  if (loops.length === 0) return []
  const kinds = kindsOf(
    nodes.map(({ node }) => node),
    flags,
  )
  const exampleOf = exampler(kinds, flags)
  const pumps = new Set<string>()
  for (const { node } of loops) pumps.add(exampleOf((node as { body: Node }).body))
  // A part that repeats from its start on, as the text of an unanchored search does.
  for (const { node, before } of nodes)
    if (node.kind !== 'repeat') pumps.add(before.map(exampleOf).join('') + exampleOf(node))
  for (const one of kinds) for (const other of kinds) pumps.add(one).add(one + other)
  // To come to `^` again.
  if (flags.includes('m')) for (const pump of [...pumps]) pumps.add(`${pump}\n`)
  pumps.delete('')
  const befores = new Set(['', ...loops.map(({ before }) => before.map(exampleOf).join(''))])
  return [...befores].flatMap(before =>
    [...pumps].flatMap(pump => ['', '\0', '\n', 'a'].map(behind => ({ before, pump, behind }))),
  )
}

/** One character of each kind that the expression tells apart. */
function kindsOf(nodes: readonly Node[], flags: string): string[] {
  const sets = [...new Set(nodes.flatMap(node => (node.kind === 'character' ? node.source : [])))]
  // What `\b` tells apart too.
  const tests = [...sets, '\\w', '\\s'].map(set => new RegExp(`^(?:${set})$`, flags.replace(/[gy]/g, '')))
  const known = new Map<string, string>()
  for (const character of characters) {
    const kind = tests.map(test => (test.test(character) ? 1 : 0)).join('')
    if (!known.has(kind)) known.set(kind, character)
  }
  return [...known.values()].slice(0, 16)
}

function exampler(kinds: readonly string[], flags: string): (node: Node) => string {
  const exampleOf = (node: Node): string => {
    switch (node.kind) {
      case 'nothing':
        return ''
      case 'sequence':
        return node.parts.map(exampleOf).join('')
      case 'choice':
        return exampleOf(node.options[0]!)
      case 'repeat':
        return exampleOf(node.body).repeat(node.least)
      case 'character': {
        const set = new RegExp(`^(?:${node.source})$`, flags.replace(/[gy]/g, ''))
        return [...kinds, ...characters, node.source].find(character => set.test(character)) ?? ''
      }
    }
  }
  return exampleOf
}
