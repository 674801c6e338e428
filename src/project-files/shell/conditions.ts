import type { Word } from './words.ts'

/**
 * What a command that asks for something comes to, where its words tell: `true`, `false`, and of `[`, `[[` and `test` the
 * comparison of two texts and the question whether one is empty. Undefined: only a run can tell.
 */
export function truthOf(words: readonly Word[]): boolean | undefined {
  const texts = words.map(({ value }) => value)
  const [program, ...args] = texts
  if (program === 'true' || program === ':') return true
  if (program === 'false') return false
  const end = program === '[' ? ']' : program === '[[' ? ']]' : program === 'test' ? undefined : ''
  if (end === '' || (end !== undefined && args.pop() !== end)) return undefined
  if (args.includes(undefined)) return undefined
  const [first, second, third] = args as string[]
  if (args.length === 2 && first === '-z') return second === ''
  if (args.length === 2 && first === '-n') return second !== ''
  if (args.length !== 3 || !/^(?:==?|!=)$/.test(second!)) return undefined
  // The right side of `[[` is a pattern, unless it is quoted.
  if (program === '[[' && /[*?[]/.test(third!)) return undefined
  return (first === third) === (second !== '!=')
}

/** Whether a command is there to ask for something, so that what stands behind its `&&` may not run. */
export function asksSomething(words: readonly Word[]): boolean {
  return /^(?:\[\[?|test|true|false|command|which|type|hash|grep|egrep|nvidia-smi|rocm-smi|lspci)$/.test(
    words[0]?.value?.replace(/^.*\//, '') ?? '',
  )
}

/** `[ -f requirements.txt ]`: in an image or a checkout, what is asked for is there as a rule. */
export function isFileTest(words: readonly Word[]): boolean {
  const [program, flag, file] = words.map(({ value }) => value)
  return (
    (program === '[' || program === '[[' || program === 'test') && /^-[efrsd]$/.test(flag ?? '') && file !== undefined
  )
}

/** Whether a stretch of a script runs. */
export type Runs = 'always' | 'perhaps' | 'never'

/** An `if`, `while`, `for` or `case` while it is open. */
export class Branch {
  /** The condition asks for a file, and there is no other branch. */
  harmless: boolean
  /** Whether what is read now runs. */
  runs: Runs = 'perhaps'
  /** Whether a stretch before it in the same `if` has run. */
  #earlier: Runs = 'never'
  readonly #conditions: (boolean | undefined)[] = []
  readonly #isIf: boolean

  constructor(keyword: string) {
    this.harmless = keyword !== 'for' && keyword !== 'select' && keyword !== 'case'
    this.#isIf = keyword === 'if'
  }

  /** A command of its condition. */
  ask(words: readonly Word[], isNegated: boolean): void {
    if (!isFileTest(words)) this.harmless = false
    const truth = truthOf(words)
    this.#conditions.push(truth === undefined ? undefined : truth !== isNegated)
  }

  /** `then`, `do`. */
  begin(): void {
    if (!this.#isIf) return
    const [truth] = this.#conditions
    const known = this.#conditions.length === 1 ? truth : undefined
    if (this.#earlier === 'always' || known === false) this.runs = 'never'
    else this.runs = known === true && this.#earlier === 'never' ? 'always' : 'perhaps'
  }

  /** `elif`, `else`. */
  turn(keyword: string): void {
    this.harmless = false
    if (!this.#isIf) return
    if (this.runs === 'always') this.#earlier = 'always'
    else if (this.runs === 'perhaps' && this.#earlier === 'never') this.#earlier = 'perhaps'
    this.#conditions.length = 0
    const isElse = keyword === 'else'
    this.runs = this.#earlier === 'always' ? 'never' : isElse && this.#earlier === 'never' ? 'always' : 'perhaps'
  }
}
