import type { Span } from '../text/edits.ts'
import { canonicalPath } from './image-path.ts'
import type { Joined } from './joined.ts'
import { readWord, type Values, type Word } from './words.ts'

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

interface Branch {
  /** The condition asks for a file, and there is no other branch. */
  harmless: boolean
}

const operators = /^(?:&&|\|\||;;|\|&|[;|&\n\r()])/
const redirection = /^(?:&>>?|\d*(?:<<<|<<-?|<&|<>|<|>>|>&|>\||>))/
const endsWord = (character: string) => /[\s;|&()<>]/.test(character)

/** What may stand before a command without being it. */
const reserved = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', 'time'])
/** What ends a group, and is no command. */
const closers = new Set(['fi', 'done', 'esac', '}'])

interface Draft {
  readonly words: Word[]
  readonly inputs: string[]
  readonly writes: (string | undefined)[]
}

const emptyDraft = (): Draft => ({ words: [], inputs: [], writes: [] })

/**
 * The commands of a POSIX shell script, in their order: what is quoted, substituted and redirected is understood, loops
 * and functions are not followed.
 *
 * @param given what is known of variables before it runs
 * @param folder where it starts
 */
export function readScript(script: Joined, given: Values, folder: string | undefined): ShellCommand[] {
  const { text } = script
  const values = new Map(given)
  const found: {
    readonly command: Omit<ShellCommand, 'conditional'>
    readonly under: readonly Branch[]
    readonly or: boolean
  }[] = []
  const branches: Branch[] = []
  let here = folder
  let draft = emptyDraft()
  let before = ''
  /** The words before `then` are its condition. */
  let condition = false
  let casePattern = false
  /** Here-documents whose lines are still to come. */
  const bodies: string[] = []

  const finish = () => {
    let { words } = draft
    const { inputs, writes } = draft
    draft = emptyDraft()
    while (words.length > 0) {
      const word = words[0]!
      const first = word.quoted ? undefined : word.value
      if (first === 'if' || first === 'while' || first === 'until') {
        branches.push({ harmless: true })
        condition = true
      } else if (first === 'then' || first === 'do') condition = false
      else if (first === 'else' || first === 'elif') {
        if (branches.length > 0) branches.at(-1)!.harmless = false
        condition = first === 'elif'
      } else if (first === 'for' || first === 'select') {
        branches.push({ harmless: false })
        const name = words[1]?.value
        if (name !== undefined) values.set(name, undefined)
        return
      } else if (first === 'case') {
        branches.push({ harmless: false })
        casePattern = true
        return
      } else if (first !== undefined && closers.has(first)) {
        if (first !== '}') branches.pop()
        if (first === 'esac') casePattern = false
        return
      }
      if (first === undefined || !reserved.has(first)) break
      words = words.slice(1)
    }
    const own = new Map(values)
    let i = 0
    for (; i < words.length; i++) {
      const assigned = assignment(words[i]!)
      if (!assigned) break
      own.set(assigned.name, assigned.value)
    }
    if (i === words.length) {
      // Assignments alone stay for the commands that follow.
      for (const [name, value] of own) values.set(name, value)
      return
    }
    const program = words[i]!.value
    if (condition && !isFileTest(words.slice(i)) && branches.length > 0) branches.at(-1)!.harmless = false
    if (program === 'export' || program === 'local' || program === 'declare') {
      for (const word of words.slice(i + 1)) {
        const assigned = assignment(word)
        if (assigned) values.set(assigned.name, assigned.value)
      }
    }
    if (program === 'unset') for (const word of words.slice(i + 1)) if (word.value) values.delete(word.value)
    if (program === 'read') for (const word of words.slice(i + 1)) if (word.value) values.set(word.value, undefined)
    const [prefix, rest] = withoutPrefix(words.slice(i), own)
    if (rest.length > 0) {
      found.push({
        command: {
          words: rest,
          prefix: [...words.slice(0, i), ...prefix],
          span: { start: words[0]!.span.start, end: words.at(-1)!.span.end },
          values: own,
          folder: here,
          inputs,
          writes,
          form: 'shell',
        },
        under: [...branches],
        or: before === '||',
      })
    }
    if (program === '.' || program === 'source') {
      const made = canonicalPath(here, /^(.*)\/bin\/activate$/.exec(words[i + 1]?.value ?? '')?.[1])
      const path = values.get('PATH')
      if (made !== undefined) values.set('VIRTUAL_ENV', made)
      if (made !== undefined && path !== undefined) values.set('PATH', `${made}/bin:${path}`)
    }
    if (program === 'cd') here = canonicalPath(here, words[i + 1]?.value)
  }

  for (let at = 0; at < text.length; ) {
    const character = text[at]!
    if (character === '#' && (at === 0 || /[\s;|&()]/.test(text[at - 1]!))) {
      while (at < text.length && !/[\r\n]/.test(text[at]!)) at++
      continue
    }
    if (character === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) {
      at += text[at + 1] === '\r' ? 3 : 2
      continue
    }
    const rest = text.slice(at, at + 8)
    const redirected = redirection.exec(rest)?.[0]
    if (redirected !== undefined) {
      at += redirected.length
      while (text[at] === ' ' || text[at] === '\t') at++
      if (at >= text.length || /[\r\n;|&()]/.test(text[at]!)) continue
      const { words, end } = readWord(script, at, values, { escaper: '\\', ends: endsWord })
      if (/<<-?$/.test(redirected) && words[0]?.value !== undefined) {
        draft.inputs.push(words[0].value)
        bodies.push(words[0].value)
      }
      if (/>/.test(redirected) && !/&$/.test(redirected)) draft.writes.push(words[0]?.value)
      at = end
      continue
    }
    const operator = operators.exec(rest)?.[0]
    if (operator !== undefined) {
      at += operator.length
      if (casePattern && (operator === ')' || operator === '|')) {
        // `pattern|pattern)` of a case: no command.
        draft = emptyDraft()
        casePattern = operator === '|'
        continue
      }
      finish()
      if (operator === ')') casePattern = false
      if (operator === '\n') for (const name of bodies.splice(0)) at = afterBody(text, at, name)
      if (operator === ';;') casePattern = true
      if (operator === '\r' || operator === '\n') before = before === '&&' || before === '||' ? before : ''
      else before = operator
      continue
    }
    if (/\s/.test(character)) {
      at++
      continue
    }
    const { words, end } = readWord(script, at, values, { escaper: '\\', ends: endsWord })
    for (const word of words) draft.words.push(word)
    at = end
  }
  finish()
  return found.map(({ command, under, or }) => ({
    ...command,
    conditional: or || under.some(({ harmless }) => !harmless),
  }))
}

/** Behind the line that ends a here-document; where none does, it is the rest. */
function afterBody(text: string, at: number, name: string): number {
  for (let line = at; line < text.length; ) {
    const feed = text.indexOf('\n', line)
    const end = feed < 0 ? text.length : feed
    if (text.slice(line, end).trim() === name) return end
    line = end + 1
  }
  return text.length
}

/** The exec form: one command, to which no shell comes. */
export function readExec(words: readonly Word[], values: Values, folder: string | undefined): ShellCommand[] {
  if (words.length === 0) return []
  const own = new Map(values)
  const [prefix, rest] = withoutPrefix(words, own)
  const span = { start: words[0]!.span.start, end: words.at(-1)!.span.end }
  return [{ words: rest, prefix, span, values: own, folder, conditional: false, inputs: [], writes: [], form: 'exec' }]
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

function assignment({ value, lead, span, offsets }: Word): { name: string; value: string | undefined } | undefined {
  const name = /^([A-Za-z_]\w*)=/.exec(lead)?.[1]
  // In quotes from the start it is no assignment.
  if (name === undefined || (value !== undefined && offsets[0] !== span.start)) return undefined
  return { name, value: value?.slice(name.length + 1) }
}

function isFileTest(words: readonly Word[]): boolean {
  const [program, flag, file] = words.map(({ value }) => value)
  return (
    (program === '[' || program === '[[' || program === 'test') && /^-[efrsd]$/.test(flag ?? '') && file !== undefined
  )
}

/** What runs other commands, and how many words of its own follow it. */
function withoutPrefix(
  words: readonly Word[],
  values: Map<string, string | undefined>,
): [prefix: readonly Word[], rest: readonly Word[]] {
  let at = 0
  for (;;) {
    const program = words[at]?.value?.replace(/^.*\//, '')
    let next = at
    if (program === 'sudo' || program === 'env' || program === 'nice' || program === 'ionice') {
      next++
      while (words[next]?.value?.startsWith('-')) next += /^-[ugnc]$/.test(words[next]!.value!) ? 2 : 1
      while (program !== 'nice' && /^[A-Za-z_]\w*=/.test(words[next]?.value ?? '')) {
        const assigned = assignment(words[next]!)
        if (assigned) values.set(assigned.name, assigned.value)
        next++
      }
    } else if (program === 'exec' || program === 'command' || program === 'nohup' || program === 'eatmydata') next++
    else if (/^(?:conda|mamba|micromamba)$/.test(program ?? '') && words[at + 1]?.value === 'run') {
      next += 2
      while (words[next]?.value?.startsWith('-'))
        next += /^(?:-n|-p|--name|--prefix|--cwd)$/.test(words[next]!.value!) ? 2 : 1
    } else if (program === 'poetry' && words[at + 1]?.value === 'run') next += 2
    if (next === at) return [words.slice(0, at), words.slice(at)]
    at = next
  }
}
