import type { Joined } from '../project-files/shell/joined.ts'

/** What a name of an expression stands for: `matrix.python`; undefined where only a run can tell. */
export type Lookup = (name: string) => string | undefined

/** What stands in a script for an expression that only a run can tell: a substitution, which the shell reader does not know either. */
export const UNKNOWN = '$()'

/** A longer expression is taken for one that is not known, in characters. */
const LONGEST = 500

/** A text with its `${{ … }}` filled in; those that are not known are {@link UNKNOWN}. */
export function filledIn({ text, offsets }: Joined, lookup: Lookup): Joined {
  if (!text.includes('${{')) return { text, offsets }
  let filled = ''
  const places: number[] = []
  let last = 0
  const keep = (end: number) => {
    for (let i = last; i < end; i++) places.push(offsets[i]!)
    filled += text.slice(last, end)
  }
  for (let at = text.indexOf('${{'); at >= 0; at = text.indexOf('${{', last)) {
    const close = text.indexOf('}}', at)
    if (close < 0) break
    keep(at)
    const value = evaluate(text.slice(at + 3, close), lookup) ?? UNKNOWN
    for (let i = 0; i < value.length; i++) places.push(offsets[at]!)
    filled += value
    last = close + 2
  }
  keep(text.length)
  return { text: filled, offsets: [...places, offsets.at(-1)!] }
}

/** A plain text with its expressions filled in; undefined where one of them is not known. */
export function plainValue(text: string, lookup: Lookup): string | undefined {
  if (!text.includes('${{')) return text
  let known = true
  const filled = filledIn({ text, offsets: Array.from({ length: text.length + 1 }, () => 0) }, name => {
    const value = lookup(name)
    if (value === undefined) known = false
    return value
  })
  return known && !filled.text.includes(UNKNOWN) ? filled.text : undefined
}

/**
 * What an expression of GitHub's comes to; undefined where that is not known.
 *
 *     or    = and { "||" and }
 *     and   = equal { "&&" equal }
 *     equal = unary [ ( "==" | "!=" ) unary ]
 *     unary = { "!" } ( "(" or ")" | text | name | call )
 *     call  = name "(" [ or { "," or } ] ")"
 *
 * Known are `startsWith`, `endsWith`, `contains`, and those that tell how the job fares, which is taken to fare well; `fromJSON` and
 * the others are not, and neither is what stands behind the first character that is not of this grammar.
 */
export function evaluate(expression: string, lookup: Lookup): string | undefined {
  if (expression.length > LONGEST) return undefined
  const tokens = expression.match(/'(?:[^']|'')*'|&&|\|\||[!=]=|[!(),]|[\w.-]+|\S/g)
  if (!tokens) return undefined
  const reader = new Reader(tokens, lookup)
  const value = reader.or(0)
  return reader.isAtEnd ? value : undefined
}

const isTruthy = (value: string) => !/^(?:|false|0|null)$/.test(value)

/** More than a call has that a person wrote. */
const MOST_ARGUMENTS = 20

const ofTexts =
  (holds: (text: string, part: string) => boolean) =>
  ([text, part]: readonly (string | undefined)[]): string | undefined =>
    text === undefined || part === undefined ? undefined : String(holds(text.toLowerCase(), part.toLowerCase()))

/** What functions come to, by their names in lower case. */
const functions: Readonly<Record<string, (args: readonly (string | undefined)[]) => string | undefined>> = {
  startswith: ofTexts((text, part) => text.startsWith(part)),
  endswith: ofTexts((text, part) => text.endsWith(part)),
  contains: ofTexts((text, part) => text.includes(part)),
  always: () => 'true',
  success: () => 'true',
  failure: () => 'false',
  cancelled: () => 'false',
}

class Reader {
  readonly #tokens: readonly string[]
  readonly #lookup: Lookup
  #at = 0
  #isBroken = false

  constructor(tokens: readonly string[], lookup: Lookup) {
    this.#tokens = tokens
    this.#lookup = lookup
  }

  get isAtEnd(): boolean {
    return !this.#isBroken && this.#at === this.#tokens.length
  }

  or(depth: number): string | undefined {
    let value = this.#and(depth)
    while (this.#take('||')) {
      const other = this.#and(depth)
      if (value !== undefined && !isTruthy(value)) value = other
    }
    return value
  }

  #and(depth: number): string | undefined {
    let value = this.#equal(depth)
    while (this.#take('&&')) {
      const other = this.#equal(depth)
      if (value === undefined) value = other !== undefined && !isTruthy(other) ? other : undefined
      else if (isTruthy(value)) value = other
    }
    return value
  }

  #equal(depth: number): string | undefined {
    const value = this.#unary(depth)
    const operator = this.#tokens[this.#at]
    if (operator !== '==' && operator !== '!=') return value
    this.#at++
    const other = this.#unary(depth)
    if (value === undefined || other === undefined) return undefined
    return String((value.toLowerCase() === other.toLowerCase()) === (operator === '=='))
  }

  #unary(depth: number): string | undefined {
    if (this.#take('!')) {
      const value = this.#unary(depth)
      return value === undefined ? undefined : String(!isTruthy(value))
    }
    const token = this.#tokens[this.#at++]
    if (token === undefined || depth > 20) return this.#break()
    if (token === '(') {
      const value = this.or(depth + 1)
      return this.#take(')') ? value : this.#break()
    }
    if (token[0] === "'") return token.slice(1, -1).replaceAll("''", "'")
    if (!/^[\w.-]+$/.test(token)) return this.#break()
    if (this.#take('(')) return this.#call(token.toLowerCase(), depth + 1)
    return /^(?:\d+(?:\.\d+)?|true|false|null)$/.test(token) ? token : this.#lookup(token)
  }

  /** Behind the parenthesis of a call. */
  #call(name: string, depth: number): string | undefined {
    const args: (string | undefined)[] = []
    while (!this.#take(')')) {
      if (args.length > 0 && !this.#take(',')) return this.#break()
      args.push(this.or(depth))
      if (this.#isBroken || args.length > MOST_ARGUMENTS) return this.#break()
    }
    return functions[name]?.(args)
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #break(): undefined {
    this.#isBroken = true
    return undefined
  }
}
