import type { Span } from '../../text/edits.ts'
import { asksSomething, Branch, isFileTest, type Runs, truthOf } from './conditions.ts'
import type { Joined } from './joined.ts'
import { canonicalPath } from './posix-path.ts'
import { type Assignment, assignment, prefixOf } from './prefix.ts'
import { isHereDocument, type Token, tokensOf } from './tokens.ts'
import type { Values, Word } from './words.ts'

/** One simple command of a script. */
export interface ShellCommand {
  /** The program and its arguments, without what only runs it: `sudo`, `env`, `exec`, `conda run`. */
  readonly words: readonly Word[]
  /** What only runs it. */
  readonly prefix: readonly Word[]
  /** From the first word, prefix included, to the last. */
  readonly span: Span
  /** Variables as they are for this command. */
  readonly values: Values
  /** Where it runs as far as the script tells (`cd`); undefined where that is not known. */
  readonly folder: string | undefined
  /** Whether it runs depends on what only a build knows: it is in a branch, or behind `||`. */
  readonly conditional: boolean
  /** Here-documents that are its input. */
  readonly inputs: readonly string[]
  /** Files that it writes by `>` and `>>`; undefined among them: one that is not known. */
  readonly writes: readonly (string | undefined)[]
  /** `exec`: its words are the strings of a list, and no shell comes to them. */
  readonly form: 'shell' | 'exec'
}

/**
 * Reads the commands of a POSIX shell script, in their order.
 *
 *     script    = [ command ] { operator [ command ] }
 *     operator  = "&&" | "||" | ";" | ";;" | "|" | "|&" | "&" | "(" | ")" | line ending
 *     command   = { keyword } { NAME "=" value } { word }, with redirections anywhere
 *     keyword   = "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" | "time"
 *
 * `for`, `select`, `case`, and what closes a group (`fi`, `done`, `esac`, `}`) are no commands. Assignments, `export`, `unset`,
 * `read`, `cd` and `. venv/bin/activate` count for the commands behind them. Not supported: loops run once and subshells in
 * the same shell, functions are not called, and arithmetic, arrays and what a substitution prints are not known.
 *
 * @param given what is known of variables before it runs
 * @param folder where it starts; undefined where that is not known
 */
export function readScript(script: Joined, given: Values, folder: string | undefined): ShellCommand[] {
  const parser = new Parser(given, folder)
  for (const token of tokensOf(script, parser.values)) parser.take(token)
  return parser.end()
}

interface Draft {
  readonly words: Word[]
  readonly inputs: string[]
  readonly writes: (string | undefined)[]
}

/** A command, and what has to be so for it to run. */
interface Found {
  readonly command: Omit<ShellCommand, 'conditional'>
  readonly under: readonly Branch[]
  /** It may not run whatever the branches are. */
  readonly isDoubtful: boolean
}

/** What may stand before a command without being it. */
const keywords = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time'])

const emptyDraft = (): Draft => ({ words: [], inputs: [], writes: [] })

class Parser {
  /** Variables as the commands so far leave them. */
  readonly values: Map<string, string | undefined>
  #folder: string | undefined
  readonly #found: Found[] = []
  readonly #branches: Branch[] = []
  /** The command that is being read. */
  #draft = emptyDraft()
  /** The operator before it. */
  #before = ''
  /** Whether what stands behind the `&&` that is being read runs. */
  #guard: Runs = 'always'
  /** It is the condition of a branch. */
  #inCondition = false
  /** The condition stands behind `!`. */
  #isNegated = false
  /** It is the pattern of a `case`. */
  #inPattern = false

  constructor(given: Values, folder: string | undefined) {
    this.values = new Map(given)
    this.#folder = folder
  }

  take(token: Token): void {
    if (token.kind === 'words') for (const word of token.words) this.#draft.words.push(word)
    else if (token.kind === 'redirection') this.#redirect(token.operator, token.target?.value)
    else this.#operate(token.operator)
  }

  /** The commands of the script, once all of it is read. */
  end(): ShellCommand[] {
    this.#endCommand()
    return this.#found.map(({ command, under, isDoubtful }) => ({
      ...command,
      conditional: isDoubtful || under.some(({ harmless }) => !harmless),
    }))
  }

  #redirect(operator: string, target: string | undefined): void {
    if (isHereDocument(operator) && target !== undefined) this.#draft.inputs.push(target)
    if (/>/.test(operator) && !/&$/.test(operator)) this.#draft.writes.push(target)
  }

  #operate(operator: string): void {
    if (this.#inPattern && (operator === ')' || operator === '|')) {
      this.#draft = emptyDraft()
      this.#inPattern = operator === '|'
      return
    }
    const words = this.#endCommand()
    this.#guardFor(operator, words)
    if (operator === ')') this.#inPattern = false
    if (operator === ';;') this.#inPattern = true
    const isLineEnding = operator === '\r' || operator === '\n'
    // A command may stand on a line below its `&&`.
    if (!isLineEnding) this.#before = operator
    else if (this.#before !== '&&' && this.#before !== '||') this.#before = ''
  }

  /** What the operator behind a command makes of the next one. */
  #guardFor(operator: string, words: readonly Word[]): void {
    if (operator === '\n' || operator === '\r') {
      // A command may stand on a line below its `&&`.
      if (this.#before === '' || words.length > 0) this.#guard = 'always'
      return
    }
    if (operator !== '&&') {
      this.#guard = 'always'
      return
    }
    if (!asksSomething(words) || isFileTest(words)) return
    const truth = truthOf(words)
    if (truth === false) this.#guard = 'never'
    else if (truth === undefined && this.#guard !== 'never') this.#guard = 'perhaps'
  }

  /** Whether the command that is being read never runs. */
  #isDead(): boolean {
    const around = this.#inCondition ? this.#branches.slice(0, -1) : this.#branches
    return this.#guard === 'never' || around.some(({ runs }) => runs === 'never')
  }

  /** The words of the command, without keywords. */
  #endCommand(): readonly Word[] {
    const { words: written, inputs, writes } = this.#draft
    this.#draft = emptyDraft()
    const words = this.#afterKeywords(written)
    if (this.#isDead()) return words
    const assigned = leadingAssignments(words)
    const command = words.slice(assigned.length)
    if (command.length === 0) {
      // Assignments alone stay for the commands that follow.
      for (const { name, value } of assigned) this.values.set(name, value)
      return words
    }
    const own = new Map(this.values)
    for (const { name, value } of assigned) own.set(name, value)
    if (this.#inCondition) this.#branches.at(-1)?.ask(command, this.#isNegated)
    const prefix = prefixOf(command)
    for (const { name, value } of prefix.assignments) own.set(name, value)
    if (prefix.length < command.length)
      this.#found.push({
        command: {
          words: command.slice(prefix.length),
          prefix: words.slice(0, assigned.length + prefix.length),
          span: { start: words[0]!.span.start, end: words.at(-1)!.span.end },
          values: own,
          folder: this.#folder,
          inputs,
          writes,
          form: 'shell',
        },
        under: this.#branches.filter(({ runs }) => runs !== 'always'),
        isDoubtful: this.#before === '||' || this.#guard === 'perhaps',
      })
    this.#heed(command)
    return words
  }

  /** The words behind the keywords; none where these are no command. */
  #afterKeywords(words: readonly Word[]): readonly Word[] {
    this.#isNegated = false
    for (const [i, { quoted, value }] of words.entries()) {
      const keyword = quoted ? undefined : value
      switch (keyword) {
        case 'if':
        case 'while':
        case 'until':
          this.#branches.push(new Branch(keyword))
          this.#inCondition = true
          break
        case 'then':
        case 'do':
          this.#branches.at(-1)?.begin()
          this.#inCondition = false
          break
        case 'else':
        case 'elif':
          this.#branches.at(-1)?.turn(keyword)
          this.#inCondition = keyword === 'elif'
          break
        case '!':
          this.#isNegated = true
          break
        case 'for':
        case 'select':
          this.#branches.push(new Branch(keyword))
          if (words[i + 1]?.value !== undefined) this.values.set(words[i + 1]!.value!, undefined)
          return []
        case 'case':
          this.#branches.push(new Branch(keyword))
          this.#inPattern = true
          return []
        case 'esac':
          this.#inPattern = false
          this.#branches.pop()
          return []
        case 'fi':
        case 'done':
          this.#branches.pop()
          return []
        case '}':
          return []
      }
      if (keyword === undefined || !keywords.has(keyword)) return words.slice(i)
    }
    return []
  }

  /** Notes what a command that the shell runs itself changes for those behind it. */
  #heed([program, ...args]: readonly Word[]): void {
    const { values } = this
    switch (program?.value) {
      case 'export':
      case 'local':
      case 'declare':
        for (const { name, value } of args.flatMap(word => assignment(word) ?? [])) values.set(name, value)
        break
      case 'unset':
        for (const { value } of args) if (value) values.delete(value)
        break
      case 'read':
        for (const { value } of args) if (value) values.set(value, undefined)
        break
      case 'cd':
        this.#folder = canonicalPath(this.#folder, args[0]?.value)
        break
      case '.':
      case 'source':
        this.#activate(canonicalPath(this.#folder, /^(.*)\/bin\/activate$/.exec(args[0]?.value ?? '')?.[1]))
    }
  }

  #activate(environment: string | undefined): void {
    if (environment === undefined) return
    const path = this.values.get('PATH')
    this.values.set('VIRTUAL_ENV', environment)
    if (path !== undefined) this.values.set('PATH', `${environment}/bin:${path}`)
  }
}

function leadingAssignments(words: readonly Word[]): Assignment[] {
  const assigned: Assignment[] = []
  for (const word of words) {
    const found = assignment(word)
    if (!found) break
    assigned.push(found)
  }
  return assigned
}

/** The exec form: one command, to which no shell comes. */
export function readExec(words: readonly Word[], values: Values, folder: string | undefined): ShellCommand[] {
  if (words.length === 0) return []
  const { length, assignments } = prefixOf(words)
  return [
    {
      words: words.slice(length),
      prefix: words.slice(0, length),
      span: { start: words[0]!.span.start, end: words.at(-1)!.span.end },
      values: new Map([...values, ...assignments.map(({ name, value }) => [name, value] as const)]),
      folder,
      conditional: false,
      inputs: [],
      writes: [],
      form: 'exec',
    },
  ]
}

/** A command, or where it gives a shell a script to run (`sh -c "…"`), the commands of that. */
export function unwrapped(command: ShellCommand): ShellCommand[] {
  const [program, ...args] = command.words
  if (!program?.value || !isShell(program.value)) return [command]
  const flag = args.findIndex(({ value }) => value !== undefined && /^-[a-z]*c$/.test(value))
  const script = flag < 0 ? undefined : args[flag + 1]
  if (script?.value === undefined) return [command]
  const joined = { text: script.value, offsets: [...script.offsets, script.span.end] }
  return readScript(joined, command.values, command.folder).map(inner => ({
    ...inner,
    conditional: inner.conditional || command.conditional,
  }))
}

export function isShell(program: string): boolean {
  return /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(program)
}
