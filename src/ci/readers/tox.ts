import { verbatim } from '../../project-files/shell/joined.ts'
import type { Script } from '../job.ts'
import type { SourceFile } from '../source-files.ts'
import type { Recipe } from './recipe.ts'

/**
 * The environments of a tox.ini, that of `[testenv]` without a name. What `deps` lists is read as an install by pip; the commands
 * are read as they are, with `{…}` not known.
 */
export function environmentsOf(file: SourceFile): readonly Recipe[] {
  const recipes: Recipe[] = []
  for (const { name, start, end } of sectionsOf(file.text)) {
    const environment = /^testenv(?::(.+))?$/.exec(name)
    if (!environment) continue
    const scripts: Script[] = []
    const values = new Map<string, string | undefined>()
    const settings = [...settingsIn(file.text, start, end)]
    for (const { key, lines } of settings) if (/^set_?env$/.test(key)) setAll(values, file.text, lines)
    for (const { key, lines } of settings) {
      if (key === 'deps') {
        const script = depsScript(file, lines)
        if (script) scripts.push({ ...script, values })
      }
      if (/^commands(?:_pre)?$/.test(key))
        for (const line of lines) scripts.push({ ...blank, file, values, text: known(file.text, line) })
    }
    recipes.push({ name: environment[1] ?? '', scripts, after: [] })
  }
  return recipes
}

/** `NAME = value` on each line; a value with `{…}` of tox is not known. */
function setAll(values: Map<string, string | undefined>, text: string, lines: readonly Stretch[]): void {
  for (const { start, end } of lines) {
    const [, name, value] = /^([A-Za-z_]\w*)[ \t]*=(.*)$/.exec(text.slice(start, end)) ?? []
    if (name !== undefined) values.set(name, /[{}]/.test(value!) ? undefined : value!.trim())
  }
}

const blank = { addition: { by: 'line' }, values: new Map(), folder: undefined, conditional: false } as const

interface Stretch {
  readonly start: number
  readonly end: number
}

function* sectionsOf(text: string): Generator<Stretch & { readonly name: string }> {
  const heads = [...text.matchAll(/^\[([^\]\n]*)\][^\n]*$/gm)]
  for (const [i, head] of heads.entries())
    yield { name: head[1]!.trim(), start: head.index + head[0].length, end: heads[i + 1]?.index ?? text.length }
}

/** The settings of a section, each with the stretches of its lines that are not blank. */
function* settingsIn(text: string, start: number, end: number): Generator<{ key: string; lines: Stretch[] }> {
  let current: { key: string; lines: Stretch[] } | undefined
  for (let at = start; at < end; ) {
    const feed = text.indexOf('\n', at)
    const stop = feed < 0 || feed > end ? end : feed
    const line = text.slice(at, stop).trimEnd()
    const [head, key] = /^([A-Za-z_][\w-]*)[ \t]*=[ \t]*/.exec(line) ?? []
    if (key !== undefined) {
      if (current) yield current
      current = { key, lines: [] }
    }
    const from = head?.length ?? /^[ \t]*/.exec(line)![0].length
    const isComment = line.trimStart()[0] === '#'
    if (current && from < line.length && !isComment && (key !== undefined || /^[ \t]/.test(line)))
      current.lines.push({ start: at + from, end: at + line.length })
    at = stop + 1
  }
  if (current) yield current
}

/** The lines of `deps` as the words of one command; a condition before a line (`py39: torch`) is left out. */
function depsScript(file: SourceFile, lines: readonly Stretch[]): Script | undefined {
  const [first] = lines
  if (!first) return undefined
  let text = 'pip install'
  const offsets = Array.from({ length: text.length }, () => first.start)
  for (const { start, end } of lines) {
    const line = file.text.slice(start, end)
    const lead = /^[\w.,!{}-]+:[ \t]+/.exec(line)?.[0].length ?? 0
    const requirement = line.slice(lead).split(/[ \t]#/, 1)[0]!
    const isOption = requirement.startsWith('-')
    const words = isOption ? requirement : requirement.replaceAll("'", '"')
    text += isOption ? ' ' : " '"
    offsets.push(...Array.from({ length: isOption ? 1 : 2 }, () => start + lead))
    text += words
    for (let i = 0; i < words.length; i++) offsets.push(start + lead + i)
    if (isOption) continue
    text += "'"
    offsets.push(end)
  }
  const written = text.replace(/\{[^{}]*\}/g, match => (match.length >= 3 ? '$()'.padEnd(match.length, '_') : match))
  return {
    ...blank,
    file,
    text: { text: written, offsets: [...offsets, lines.at(-1)!.end] },
    locked: 'deps of tox are lines of a requirements file: name the index and the pin there',
  }
}

/** A command with `{…}` of tox in the place of which stands what no shell knows. */
function known(text: string, { start, end }: Stretch) {
  const joined = verbatim(text, { start, end })
  return {
    ...joined,
    text: joined.text.replace(/\{[^{}]*\}/g, match =>
      match.length >= 3 ? `$(${'_'.repeat(match.length - 3)})` : match,
    ),
  }
}
