import type { Operator } from '../../packaging/clause.ts'
import { parseRequirement, type Requirement } from '../../packaging/requirement.ts'
import type { Span } from '../../text/edits.ts'

/** A requirement with a local version label where PEP 440 allows none: `torch>=2.0+cpu`. Spans are in the source. */
export interface Repairable {
  readonly name: string
  readonly nameSpan: Span
  /** Of the first clause with such a label. */
  readonly operator: Operator
  /** Of that clause, label included. */
  readonly version: string
  /** All clauses. */
  readonly specifierSpan: Span
  /** What follows the `;`. */
  readonly markerSpan?: Span
  /** All of it, from the name to the marker. */
  readonly body: Span
  /** What the line says without those labels; the spans inside are of that text, not of the source. */
  readonly requirement: Requirement
}

const illegalLabel = /(~=|==|!=|<=|>=|<|>)(\s*)([^\s,;()+=<>!~]+)\+[a-z0-9]+(?:[._-][a-z0-9]+)*/gi

/** Reads a requirement whose one fault are local version labels where none may be; `place` leads from its text to the source. */
export function repairLabels(text: string, place: (at: Span) => Span): Repairable | undefined {
  if (!text.includes('+') || text.includes('@')) return undefined
  const marker = text.indexOf(';')
  const body = marker < 0 ? text : text.slice(0, marker)
  let first: Pick<Repairable, 'operator' | 'version'> | undefined
  const cuts: { readonly at: number; readonly length: number }[] = []
  const plain = body.replace(illegalLabel, (written: string, ...groups) => {
    const [operator, blanks, release, at] = groups as [Operator, string, string, number]
    if (text[at - 1] === '=' || ((operator === '==' || operator === '!=') && !release.endsWith('*'))) return written
    const kept = operator.length + blanks.length + release.length
    first ??= { operator, version: written.slice(operator.length + blanks.length) }
    cuts.push({ at: at + kept, length: written.length - kept })
    return written.slice(0, kept)
  })
  if (!first) return undefined
  const legal = plain.trim() + text.slice(body.length).replace(/^;\s*$/, '')
  const requirement = readable(legal)
  const { specifier, marker: condition } = requirement?.spans ?? {}
  if (!requirement || !specifier) return undefined
  const lead = plain.length - plain.trimStart().length
  const original = (offset: number): number => {
    let shifted = offset + lead
    for (const { at, length } of cuts)
      if (at < shifted || (at === shifted && offset === specifier.end)) shifted += length
    return shifted
  }
  return {
    name: requirement.name,
    nameSpan: place({ start: original(requirement.spans.name.start), end: original(requirement.spans.name.end) }),
    ...first,
    specifierSpan: place({ start: original(specifier.start), end: original(specifier.end) }),
    ...(condition && {
      markerSpan: place({
        start: condition.start + text.length - legal.length,
        end: condition.end + text.length - legal.length,
      }),
    }),
    body: place({ start: 0, end: text.length }),
    requirement,
  }
}

function readable(text: string): Requirement | undefined {
  try {
    return parseRequirement(text)
  } catch {
    return undefined
  }
}

/** What to do about a line that is no requirement, if its look shows what the author meant. `text` is the line without its options. */
export function hintFor(text: string): string | undefined {
  const [, name, version] = /^([a-z0-9][\w.-]*(?:\[[^\]]*\])?)[ \t]+v?(\d+(?:\.\d+)+\S*)\s*$/i.exec(text) ?? []
  if (name !== undefined) return `write ${name}==${version}`
  return hints.find(({ looks }) => looks.test(text))?.hint
}

/** What to do about an option that pip does not read in a file. */
export function hintForOption(written: string): string | undefined {
  if (uvOptions.has(written)) return `${written} is an option of uv: give it on the command line or in uv.toml`
  if (pipOptions.has(written)) return `pip takes ${written} on its command line only`
  if (goneOptions.has(written)) return `pip has given up ${written}: --config-settings is what is left`
  return undefined
}

const uvOptions: ReadonlySet<string> = new Set([
  '--torch-backend',
  '--index-strategy',
  '--default-index',
  '--exclude-newer',
  '--resolution',
  '--prerelease',
  '--link-mode',
  '--emit-index-url',
])
const pipOptions: ReadonlySet<string> = new Set([
  '--no-deps',
  '--no-cache-dir',
  '--no-build-isolation',
  '--uploaded-prior-to',
  '--target',
  '-t',
  '--upgrade',
  '-U',
  '--user',
  '--platform',
  '--python-version',
  '--timeout',
  '--retries',
  '--quiet',
  '-q',
  '--force-reinstall',
  '--ignore-installed',
  '-I',
])
const goneOptions: ReadonlySet<string> = new Set(['--global-option', '--install-option', '--build-option'])

const hints: readonly { readonly looks: RegExp; readonly hint: string }[] = [
  {
    looks: /\$\{[A-Z0-9_]+\}/,
    hint: 'set the variable that the line names: pip takes it from the environment',
  },
  { looks: /^(<{7}|={7}|>{7}|\|{7})/, hint: 'resolve the merge conflict' },
  {
    looks: /^[$%!]?\s*(python\S*\s+-m\s+)?(uv\s+)?pip3?\s+install\b/,
    hint: 'leave out the command, and give each requirement a line of its own',
  },
  {
    looks: /^[\w.-]+=[^=\s]+=[^=\s]+$/,
    hint: 'this is a line of a conda list: take a requirements file from `pip freeze`',
  },
  { looks: /^[\w.-]+(\[[^\]]*\])?\s*=\s*[^=\s]/, hint: 'write == where a version is meant' },
  { looks: /^\S+\.(txt|in)$/, hint: 'write -r in front to include a requirements file' },
  { looks: /\t-/, hint: 'put a space, not a tab, in front of an option' },
  {
    looks: /^[\w.-]+(\[[^\]]*\])?(\s*(~=|===?|!=|[<>]=?)[^\s;]+)?\s+[a-z0-9][\w.-]*(\[[^\]]*\])?(\s*$|\s*[~=!<>]=)/i,
    hint: 'give each requirement a line of its own',
  },
  { looks: /^[^\s;=<>~!@]+(\s+[^\s;=<>~!@]+){2,}$/, hint: 'write # in front of what is meant as a comment' },
]
