/** A regular expression as far as inputs are made from it. */
export type Node =
  | { readonly kind: 'character'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly body: Node; readonly least: number; readonly most: number }
  /** It takes no characters, or those of a group once more. */
  | { readonly kind: 'nothing' }

const nothing: Node = { kind: 'nothing' }

/** Reads the source of an expression that JavaScript takes. */
export function parseExpression(source: string): Node {
  let at = 0

  const choice = (): Node => {
    const options = [sequence()]
    while (source[at] === '|') {
      at++
      options.push(sequence())
    }
    return options.length === 1 ? options[0]! : { kind: 'choice', options }
  }

  const sequence = (): Node => {
    const parts: Node[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()))
    return { kind: 'sequence', parts }
  }

  const repeated = (body: Node): Node => {
    const [written, least, comma, most] = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(source.slice(at)) ?? []
    if (written === undefined) return body
    at += written.length
    if (written[0] === '*') return { kind: 'repeat', body, least: 0, most: Infinity }
    if (written[0] === '+') return { kind: 'repeat', body, least: 1, most: Infinity }
    if (written[0] === '?') return { kind: 'repeat', body, least: 0, most: 1 }
    const bound = most ? Number(most) : comma ? Infinity : Number(least)
    return { kind: 'repeat', body, least: Number(least), most: bound }
  }

  const atom = (): Node => {
    const rest = source.slice(at)
    const group = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(rest)
    if (group) {
      at += group[0].length
      const inside = choice()
      at++
      // What only looks has to hold as well, but a failing input needs no example of it.
      return /[=!]$/.test(group[0]) ? nothing : inside
    }
    const [taken] =
      /^(?:\\(?:k<\w+>|u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|c[a-z]|.)|\[(?:\\.|[^\]\\])*\]|.)/isu.exec(
        rest,
      )!
    at += taken.length
    if (/^(?:[\^$]|\\[bB\d]|\\k)/.test(taken) && taken !== '\\0') return nothing
    return { kind: 'character', source: taken }
  }

  return choice()
}

/** All nodes, outer ones first, each with what stands before it: an example of that is what leads to it. */
export function* nodesOf(node: Node, before: readonly Node[] = []): Generator<{ node: Node; before: readonly Node[] }> {
  yield { node, before }
  if (node.kind === 'sequence')
    for (const [i, part] of node.parts.entries()) yield* nodesOf(part, [...before, ...node.parts.slice(0, i)])
  if (node.kind === 'choice') for (const option of node.options) yield* nodesOf(option, before)
  if (node.kind === 'repeat') yield* nodesOf(node.body, before)
}
