/**
 * A version constraint of Poetry's as a version specifier: `^1.2.3` and `~1.2` are its own, a bare version is that version
 * alone, `1.2.*` any that begins so, `*` and the empty text any at all. Undefined: it has alternatives (`||`), which no
 * specifier has.
 */
export function specifierOf(constraint: string): string | undefined {
  if (constraint.includes('|')) return undefined
  const clauses = constraint
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split(/ ?, ?| (?=[<>=~^!])/)
    .filter(clause => clause !== '' && clause !== '*')
  return clauses.map(clauseOf).join(',')
}

function clauseOf(clause: string): string {
  const [, operator = '', version = ''] = /^(\^|~(?!=)|[<>=!~]{0,3}) ?(.*)$/.exec(clause)!
  if (operator === '^') return `>=${version},<${endOfCaret(version)}`
  if (operator === '~') return `>=${version},<${endOfTilde(version)}`
  return operator === '' || operator === '=' ? `==${version}` : operator + version
}

/** The next version whose first number that is not zero is another one. */
function endOfCaret(version: string): string {
  const numbers = releaseOf(version)
  const first = numbers.findIndex(number => number > 0)
  const at = first < 0 ? numbers.length - 1 : first
  return numbers.map((number, i) => (i < at ? number : i === at ? number + 1 : 0)).join('.')
}

/** The next minor version; of a version that has none, the next major one. */
function endOfTilde(version: string): string {
  const [major = 0, minor] = releaseOf(version)
  return minor === undefined ? `${major + 1}` : `${major}.${minor + 1}`
}

function releaseOf(version: string): number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0').split('.').map(Number)
}

/** A version specifier in the words of a constraint: one exact version stands bare where the constraint had it so. */
export function constraintOf(specifier: string, before: string): string {
  if (specifier === '') return '*'
  const exact = /^==\s*([^,*]+)$/.exec(specifier)?.[1]
  return exact !== undefined && /^\s*\d/.test(before) ? exact : specifier
}
