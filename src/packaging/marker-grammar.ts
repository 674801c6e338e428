import { isAlphanumeric, skipBlanks } from './characters.ts'
import type { Marker, MarkerOperator, Operand } from './marker-syntax.ts'
import { canonicalizeName } from './names.ts'
import { unquote } from './python-string.ts'
import { PackagingSyntaxError } from './syntax-error.ts'

const variables: ReadonlyMap<string, string> = new Map([
  ...[
    'python_version',
    'python_full_version',
    'os_name',
    'sys_platform',
    'platform_release',
    'platform_system',
    'platform_version',
    'platform_machine',
    'platform_python_implementation',
    'implementation_name',
    'implementation_version',
    'extra',
    'extras',
    'dependency_groups',
  ].map(name => [name, name] as const),
  // The spellings of PEP 345, and setuptools' own.
  ['os.name', 'os_name'],
  ['sys.platform', 'sys_platform'],
  ['platform.version', 'platform_version'],
  ['platform.machine', 'platform_machine'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
])

const operators: readonly MarkerOperator[] = ['===', '==', '~=', '!=', '<=', '>=', '<', '>']

/** A reader calls itself for each parenthesis; Python's own reader gives up at a like depth. */
const DEEPEST = 200

const OPEN = 0x28
const CLOSE = 0x29
const SINGLE = 0x27
const DOUBLE = 0x22
const DOT = 0x2e
const UNDERSCORE = 0x5f

interface Reader {
  readonly text: string
  at: number
  depth: number
}

/**
 * Reads the marker that begins at `at`, as far as it goes (PEP 508). `end` is after the last character that belongs to it,
 * `next` after the blanks behind that.
 * @throws PackagingSyntaxError
 */
export function readMarker(text: string, at: number): { marker: Marker; end: number; next: number } {
  const reader: Reader = { text, at, depth: 0 }
  const marker = readAlternatives(reader)
  let end = reader.at
  while (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0x09) end--
  return { marker, end, next: reader.at }
}

/** `marker_atom ((and | or) marker_atom)*`, where `and` binds closer. */
function readAlternatives(reader: Reader): Marker {
  const alternatives: Marker[] = []
  let terms = [readAtom(reader)]
  for (;;) {
    if (readWord(reader, 'and')) terms.push(readAtom(reader))
    else if (readWord(reader, 'or')) {
      alternatives.push(joined('and', terms))
      terms = [readAtom(reader)]
    } else return joined('or', [...alternatives, joined('and', terms)])
  }
}

function joined(type: 'and' | 'or', terms: readonly Marker[]): Marker {
  return terms.length === 1 ? terms[0]! : { type, terms }
}

/** A comparison or a marker in parentheses, with the blanks around it. */
function readAtom(reader: Reader): Marker {
  skip(reader)
  const start = reader.at
  if (reader.text.charCodeAt(start) !== OPEN) return readComparison(reader)
  if (++reader.depth > DEEPEST) throw expected(reader, `Expected at most ${DEEPEST} nested parentheses`)
  reader.at++
  const marker = readAlternatives(reader)
  if (reader.text.charCodeAt(reader.at) !== CLOSE)
    throw new PackagingSyntaxError(
      'Expected matching RIGHT_PARENTHESIS for LEFT_PARENTHESIS, after marker expression',
      { start, end: reader.at },
    )
  reader.at++
  reader.depth--
  skip(reader)
  return marker
}

function readComparison(reader: Reader): Marker {
  const left = readOperand(reader)
  skip(reader)
  const operator = readOperator(reader)
  skip(reader)
  const right = readOperand(reader)
  skip(reader)
  return {
    type: 'comparison',
    left: besideExtra(left, right),
    operator,
    right: besideExtra(right, left),
  }
}

/** Names of extras are compared in their canonical form (PEP 685). */
function besideExtra(operand: Operand, other: Operand): Operand {
  const named = operand.type === 'string' && other.type === 'variable' && other.name === 'extra'
  return named ? { type: 'string', value: canonicalizeName(operand.value) } : operand
}

function readOperand(reader: Reader): Operand {
  const { text, at } = reader
  const first = text.charCodeAt(at)
  if (first === SINGLE || first === DOUBLE) {
    const close = text.indexOf(text[at]!, at + 1)
    const value = close < 0 ? undefined : unquote(text.slice(at + 1, close))
    if (value === undefined && close >= 0)
      throw new PackagingSyntaxError('Expected a string that Python can read', { start: at, end: close + 1 })
    if (value !== undefined) {
      reader.at = close + 1
      return { type: 'string', value }
    }
  }
  let end = at
  while (isWord(text.charCodeAt(end)) || text.charCodeAt(end) === DOT) end++
  const name = variables.get(text.slice(at, end))
  if (name === undefined) throw expected(reader, 'Expected a marker variable or quoted string')
  reader.at = end
  return { type: 'variable', name }
}

function readOperator(reader: Reader): MarkerOperator {
  if (readWord(reader, 'in')) return 'in'
  if (readWord(reader, 'not')) {
    const blank = reader.at
    skip(reader)
    if (reader.at === blank) throw expected(reader, "Expected whitespace after 'not'")
    if (!readWord(reader, 'in')) throw expected(reader, "Expected 'in' after 'not'")
    return 'not in'
  }
  const operator = operators.find(operator => reader.text.startsWith(operator, reader.at))
  if (!operator) throw expected(reader, 'Expected marker operator, one of <=, <, !=, ==, >=, >, ~=, ===, in, not in')
  reader.at += operator.length
  return operator
}

/** Reads a whole word: `or` is none in `order`, but is one after a quotation mark. */
function readWord(reader: Reader, word: string): boolean {
  const { text, at } = reader
  const end = at + word.length
  if (!text.startsWith(word, at) || isWord(text.charCodeAt(end)) || isWord(text.charCodeAt(at - 1))) return false
  reader.at = end
  return true
}

function isWord(code: number): boolean {
  return isAlphanumeric(code) || code === UNDERSCORE
}

function skip(reader: Reader): void {
  reader.at = skipBlanks(reader.text, reader.at)
}

function expected({ at }: Reader, message: string): PackagingSyntaxError {
  return new PackagingSyntaxError(message, { start: at, end: at })
}
