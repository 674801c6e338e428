import { isSlash, withoutEnd } from '../../text/ends.ts'
import { type Variables, variablesIn } from './environment.ts'
import type { Option, OptionStatement, Statement } from './parse.ts'
import type { RequirementsFile } from './requirements-file.ts'

/** A shorter value is part of many words, and no secret. */
const SHORTEST = 5

/** Puts what the files say, `${NAME}`, in the place of what a variable stands for. */
export type WrittenForm = (text: string) => string

/** Where no file names a variable that is set. */
export const asItIs: WrittenForm = text => text

/**
 * Makes what takes the values of variables out of text again: any of them may be a secret, and messages, reports and the
 * answers of servers and installers quote the URLs that contain them. A value that is short, or a number, is taken out
 * only together with the URL that a line makes of it, so that no other text is changed.
 *
 * @param variables as the files were read with
 */
export function writtenFormOf(files: readonly RequirementsFile[], variables: Variables): WrittenForm {
  const forms = new Map<string, string>()
  const add = (expanded: string, written: string) => {
    if (expanded !== written && expanded !== '') forms.set(expanded.toLowerCase(), written)
  }
  for (const file of files) {
    const names = [...variablesIn(file.source)].filter(name => valueIn(variables, name))
    if (names.length === 0) continue
    for (const statement of file.statements)
      for (const { expanded, written } of placesOf(file.source, statement))
        for (const form of urlForms(expanded)) add(form, written)
    for (const name of names) for (const form of valueForms(valueIn(variables, name)!)) add(form, `\${${name}}`)
  }
  if (forms.size === 0) return asItIs
  const longestFirst = [...forms.keys()].sort((a, b) => b.length - a.length)
  const any = new RegExp(longestFirst.map(form => form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gi')
  return text => text.replace(any, found => forms.get(found.toLowerCase()) ?? found)
}

/** What an option says in the file, its quotes and line breaks left out. */
export function writtenValue(source: string, { usesEnvironment }: OptionStatement, option: Option): string {
  if (!usesEnvironment || !option.valueSpan) return option.value!
  return plain(source.slice(option.valueSpan.start, option.valueSpan.end))
}

/** The URLs and paths of a line that names variables, as they are and as they are written. */
function placesOf(source: string, statement: Statement): { readonly expanded: string; readonly written: string }[] {
  if (!('usesEnvironment' in statement) || !statement.usesEnvironment) return []
  if (statement.kind === 'option')
    return statement.options.flatMap(option =>
      option.value === undefined ? [] : [{ expanded: option.value, written: writtenValue(source, statement, option) }],
    )
  const place =
    statement.kind === 'reference'
      ? { expanded: statement.target, at: statement.at }
      : { expanded: statement.requirement.url, at: statement.at.url }
  if (place.expanded === undefined || !place.at) return []
  return [{ expanded: place.expanded, written: plain(source.slice(place.at.start, place.at.end)) }]
}

function plain(written: string): string {
  return written.replace(/\\(?:\r\n|.)/gs, '').replace(/["']/g, '')
}

/** The forms in which messages quote a URL: as it was given, as it was sent, with and without a slash at its end. Too short a text is no place. */
function urlForms(text: string): string[] {
  if (text.length < 2 * SHORTEST) return []
  const bare = withoutEnd(text, isSlash)
  if (!URL.canParse(text)) return [bare]
  const url = new URL(text)
  url.hash = ''
  const sent = withoutEnd(url.href, isSlash)
  url.username = ''
  url.password = ''
  return [bare, sent, withoutEnd(url.href, isSlash)]
}

/** A value, and what URLs make of it; the parts between marks, which URLs and options fall into or write otherwise, stand alone too. */
function valueForms(value: string): string[] {
  const words = [value, ...value.split(/[^\p{L}\p{N}_.~-]+/u)].filter(
    word => word.length >= SHORTEST && !/^[\d.]+$/.test(word),
  )
  // By way of bytes: half of a surrogate pair makes encoding throw.
  const whole = words.map(word => Buffer.from(word).toString())
  return whole.flatMap(word => [word, encodeURI(word), encodeURIComponent(word)])
}

function valueIn(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined
}
