import type { Span } from '../../text/edits.ts'
import type { Option, OptionName, ParsedOptions } from './options.ts'

/** What a line asks for, which decides which of its options pip acts on. */
export type LineRole = 'options' | 'requirement' | 'editable'

/** These change pip's settings while they are being read, whatever else the line says. */
const immediate: ReadonlySet<OptionName> = new Set(['no-binary', 'only-binary', 'all-releases', 'only-final'])

const ofRequirement: ReadonlySet<OptionName> = new Set(['hash', 'config-settings'])

/**
 * Tells which options of a line pip acts on, and leads their spans to the source (pip: `handle_line`, `_parse_and_recurse`).
 * On the line of a requirement only its own options count; an include counts once, and alone; of several `-f` on a line
 * the first, of several `-i` the last; `--no-index` silences the indexes of its line.
 */
export function judgeOptions({ options }: ParsedOptions, role: LineRole, place: (span: Span) => Span): Option[] {
  const first = new Map<OptionName, number>()
  const last = new Map<OptionName, number>()
  for (const [index, { name }] of options.entries()) {
    if (!first.has(name)) first.set(name, index)
    last.set(name, index)
  }
  const include = role === 'options' ? (first.get('requirement') ?? first.get('constraint')) : undefined
  const counts = (option: (typeof options)[number], index: number): boolean => {
    const { name, value } = option
    if (immediate.has(name)) return true
    if (role !== 'options') {
      if (name === 'editable') return role === 'editable' && index === first.get('editable')
      return name === 'config-settings' || (name === 'hash' && role === 'requirement')
    }
    if (include !== undefined) return index === include
    if (ofRequirement.has(name)) return false
    if (name === 'find-links') return index === first.get('find-links')
    if (name === 'index-url' && index !== last.get('index-url')) return false
    if (name === 'index-url' && value === '') return false
    return !((name === 'index-url' || name === 'extra-index-url') && first.has('no-index'))
  }
  return options.map(({ valueSpan, ...option }, index) => ({
    ...option,
    span: place(option.span),
    ...(valueSpan && { valueSpan: place(valueSpan) }),
    effective: counts(option, index),
  }))
}
