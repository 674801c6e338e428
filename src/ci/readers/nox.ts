import type { Script } from '../job.ts'
import type { SourceFile } from '../source-files.ts'
import type { Recipe } from './recipe.ts'

/** More than a call has that a person wrote, in characters. */
const LONGEST_CALL = 4000

/**
 * The sessions of a noxfile.py: the functions behind `@nox.session`, and in them the calls of `session.install` and `session.run`
 * whose arguments are plain strings. The file is read as text and never run.
 */
export function sessionsOf(file: SourceFile): readonly Recipe[] {
  const { text } = file
  const recipes: Recipe[] = []
  const heads = [
    ...text.matchAll(
      /^@nox\.session\b[^\n]*(?:\n(?!def |async )[^\n]*){0,20}\n(?:async )?def[ \t]+(\w+)\([^)]{0,500}\)[^\n]*:/gm,
    ),
  ]
  for (const [i, head] of heads.entries()) {
    const start = head.index + head[0].length
    const end = heads[i + 1]?.index ?? text.length
    const named = /\bname[ \t]*=[ \t]*["']([^"'\n]+)["']/.exec(head[0])?.[1]
    recipes.push({ name: named ?? head[1]!, scripts: callsIn(file, start, end), after: [] })
  }
  return recipes
}

function callsIn(file: SourceFile, start: number, end: number): Script[] {
  const body = file.text.slice(start, end)
  return [...body.matchAll(/^([ \t]+)(session\.(install|run|run_always|run_install)\()/gm)].flatMap(call => {
    const at = start + call.index + call[1]!.length
    const script = scriptOf(file, { at, open: at + call[2]!.length, name: call[3]!, indentation: call[1]! })
    return script ?? []
  })
}

interface Call {
  /** Of the call, and behind its parenthesis. */
  readonly at: number
  readonly open: number
  readonly name: string
  readonly indentation: string
}

/** The strings of a call as the words of a command; undefined where an argument is anything else. */
function scriptOf(file: SourceFile, { at, open, name, indentation }: Call): Script | undefined {
  let text = name === 'install' ? 'pip install' : ''
  const offsets = Array.from({ length: text.length }, () => at)
  const rest = file.text.slice(open, open + LONGEST_CALL)
  const argument =
    /\s*(?:#[^\n]*\n\s*)*(?:(["'])((?:(?!\1)[^\\\n])*)\1|(\w+)=[^,)]*|([)])|(\*?[\w.]+))\s*(?:#[^\n]*\n\s*)*,?/y
  for (;;) {
    const found = argument.exec(rest)
    if (!found) return undefined
    if (found[4] !== undefined) break
    const start = open + found.index + found[0].search(/["'\w*]/)
    if (found[5] !== undefined) {
      text += ' $()'
      offsets.push(start, start, start, start)
    } else if (found[2] !== undefined) {
      const word = found[2].replaceAll("'", '')
      text += ` '${word}'`
      offsets.push(start, start)
      for (let i = 0; i < word.length; i++) offsets.push(start + 1 + i)
      offsets.push(start + 1 + word.length)
    }
  }
  const lineStart = file.text.lastIndexOf('\n', at - 1) + 1
  return {
    file,
    text: { text, offsets: [...offsets, open + argument.lastIndex] },
    addition: { by: 'call', lineStart, lead: `${indentation}session.${name}(` },
    ...(name === 'install' ? {} : { locked: 'it is run from Python' }),
    values: new Map(),
    folder: undefined,
    conditional: indentation.length > 4,
  }
}
