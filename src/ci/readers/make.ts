import { verbatim } from '../../project-files/shell/joined.ts'
import type { Script } from '../job.ts'
import type { SourceFile } from '../source-files.ts'
import type { Recipe } from './recipe.ts'

const variable = /^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:[?:]?:?)=[ \t]*([^\n#]*)/

/**
 * The recipes of a Makefile or a justfile. Each line of a recipe is a script, with `@` and `-` before it for make. Variables that
 * the file sets in one plain line are put in; functions and conditions of make are not read.
 */
export function recipesOf(file: SourceFile): readonly Recipe[] {
  const isMake = !/justfile$/i.test(file.path)
  const values = new Map<string, string>()
  const recipes: { name: string; scripts: Script[]; after: string[] }[] = []
  let current: (typeof recipes)[number][] = []
  for (const { start, end } of logicalLines(file.text)) {
    const line = file.text.slice(start, end)
    if (/^[ \t]+\S/.test(line)) {
      const script = scriptOf(file, { start, end }, isMake ? values : new Map())
      for (const recipe of current) recipe.scripts.push(script)
      continue
    }
    if (line.trim() === '' || line[0] === '#') continue
    const [, name, value] = variable.exec(line) ?? []
    if (name !== undefined && !/[$(]/.test(value ?? '')) values.set(name, value!.trim())
    const colon = line.indexOf(':')
    const targets = colon < 0 || line[colon + 1] === '=' ? [] : wordsOf(line.slice(0, colon))
    const after = wordsOf(line.slice(colon + 1).split('#', 1)[0]!)
    const names = isMake ? targets : targets.slice(0, 1)
    current = names.slice(0, 20).map(target => ({ name: target, scripts: [], after }))
    recipes.push(...current)
  }
  return recipes
}

const wordsOf = (text: string) => text.split(/[ \t]+/).filter(word => /^[\w./-]+$/.test(word))

interface Stretch {
  readonly start: number
  readonly end: number
}

/** Lines, those that go on after `\` as one. */
function* logicalLines(text: string): Generator<Stretch> {
  for (let start = 0; start < text.length; ) {
    let end = start
    for (;;) {
      const feed = text.indexOf('\n', end)
      end = feed < 0 ? text.length : feed
      if (feed < 0 || text[end - (text[end - 1] === '\r' ? 2 : 1)] !== '\\') break
      end++
    }
    yield { start, end: text[end - 1] === '\r' && end > start ? end - 1 : end }
    start = end + 1
  }
}

function scriptOf(file: SourceFile, { start, end }: Stretch, values: ReadonlyMap<string, string>): Script {
  const lead = /^[ \t]+[@+-]*[ \t]*/.exec(file.text.slice(start, end))![0].length
  const joined = verbatim(file.text, { start: start + lead, end })
  // `$(NAME)` and `$$NAME` of make are `${NAME}` and `$NAME` of a shell.
  const text = joined.text.replace(/\$\$|\$\(([A-Za-z_]\w*)\)|\{\{[^{}]*\}\}/g, (written, name: string | undefined) => {
    if (written === '$$') return '\0$'
    if (name === undefined) return `$()`.padEnd(written.length, '\0')
    return `\${${name}}`
  })
  const offsets: number[] = []
  let kept = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\0') continue
    kept += text[i]
    offsets.push(joined.offsets[i]!)
  }
  return {
    file,
    text: { text: kept, offsets: [...offsets, end] },
    addition: { by: 'line' },
    values,
    folder: undefined,
    conditional: false,
  }
}
