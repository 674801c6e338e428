import { TorchpinError } from '../contract/errors.ts'

/** Values by option, by section. */
export type Sections = ReadonlyMap<string, ReadonlyMap<string, string>>

const DEFAULT = 'DEFAULT'

/**
 * Reads a file as Python's RawConfigParser does by default: `=` or `:`, comments on lines of their own, a line that is
 * indented deeper than its option goes on with the value, blank lines are part of it, and what stands under `[DEFAULT]`
 * is in every section. Duplicates and lines that are neither are errors.
 *
 * @param optionName makes a key of the name of an option
 * @param path for messages
 * @throws TorchpinError FILE_UNREADABLE
 */
export function parseConfig(text: string, optionName: (name: string) => string, path: string): Sections {
  const sections = new Map<string, Map<string, string[]>>()
  let section: Map<string, string[]> | undefined
  let value: string[] | undefined
  let indent = 0
  text.split(/\r\n|\r|\n/).forEach((line, i) => {
    const wrong = (problem: string) =>
      new TorchpinError('FILE_UNREADABLE', `${path}:${i + 1}: ${problem}`, {
        hint: 'pip refuses this configuration file too',
      })
    // To Python a byte-order mark is no blank.
    if (line.startsWith('\ufeff')) throw wrong('the file begins with a byte-order mark')
    const content = line.trim()
    if (content.startsWith('#') || content.startsWith(';')) return
    if (content === '') {
      value?.push('')
      return
    }
    const depth = line.search(/\S/)
    if (value && depth > indent) {
      value.push(content)
      return
    }
    indent = depth
    value = undefined
    const header = /^\[(.+)\]/.exec(content)?.[1]
    if (header !== undefined) {
      if (header !== DEFAULT && sections.has(header)) throw wrong(`the section [${header}] is there twice`)
      section = sections.get(header) ?? new Map()
      sections.set(header, section)
      return
    }
    if (!section) throw wrong('a section such as [global] is expected before this line')
    const sign = content.search(/[=:]/)
    if (sign <= 0) throw wrong('this line is neither a section nor an option')
    const name = optionName(content.slice(0, sign).trimEnd())
    if (section.has(name)) throw wrong(`the option ${name} is there twice`)
    value = [content.slice(sign + 1).trimStart()]
    section.set(name, value)
  })
  const shared = sections.get(DEFAULT) ?? new Map<string, string[]>()
  sections.delete(DEFAULT)
  const joined = (lines: readonly string[]): string => lines.join('\n').trimEnd()
  return new Map(
    [...sections].map(([name, options]) => [
      name,
      new Map([...shared, ...options].map(([option, lines]) => [option, joined(lines)])),
    ]),
  )
}
