import { canonicalPath } from '../../project-files/shell/posix-path.ts'
import type { ShellCommand } from '../../project-files/shell/script.ts'
import { onceForEachObject } from '../../text/memo.ts'
import type { Script } from '../job.ts'
import type { SourceFile, SourceFiles } from '../source-files.ts'
import { recipesOf } from './make.ts'
import { sessionsOf } from './nox.ts'
import type { Recipe } from './recipe.ts'
import { environmentsOf } from './tox.ts'

/** How a tool names its files, and which of their recipes a command of it runs. */
interface Tool {
  readonly program: RegExp
  readonly names: readonly string[]
  /** The recipes of a file, which many jobs may run. */
  readonly read: (file: SourceFile) => readonly Recipe[]
  /** The recipes that words name; `first`: the first of the file where none does. */
  readonly chosen: (words: readonly string[], recipes: readonly Recipe[]) => readonly Recipe[]
}

const plainWords = (words: readonly string[]) => words.filter(word => !/^-|=/.test(word))

const byName = (words: readonly string[], recipes: readonly Recipe[]) => {
  const named = plainWords(words)
  const asked = named.length > 0 ? recipes.filter(({ name }) => named.includes(name)) : recipes.slice(0, 1)
  return withEarlier(asked, recipes)
}

/** Recipes with those that they run before, each once. */
function withEarlier(asked: readonly Recipe[], recipes: readonly Recipe[]): Recipe[] {
  const chosen = new Set<Recipe>()
  const add = (recipe: Recipe, depth: number): void => {
    if (chosen.has(recipe) || depth > 20) return
    for (const name of recipe.after.slice(0, 50)) {
      const earlier = recipes.find(other => other.name === name)
      if (earlier && earlier !== recipe) add(earlier, depth + 1)
    }
    chosen.add(recipe)
  }
  for (const recipe of asked) add(recipe, 0)
  return [...chosen]
}

/** The values of an option, whose names are `names`. */
function valuesOf(words: readonly string[], ...names: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const glued = names.find(name => word.startsWith(`${name}=`))
    return glued !== undefined
      ? word.slice(glued.length + 1).split(',')
      : names.includes(word)
        ? (words[i + 1]?.split(',') ?? [])
        : []
  })
}

const recipesRead = onceForEachObject(recipesOf)

const tools: readonly Tool[] = [
  { program: /^g?make$/, names: ['Makefile', 'makefile', 'GNUmakefile'], read: recipesRead, chosen: byName },
  { program: /^just$/, names: ['justfile', 'Justfile', '.justfile'], read: recipesRead, chosen: byName },
  {
    program: /^tox$/,
    names: ['tox.ini'],
    read: onceForEachObject(environmentsOf),
    chosen(words, recipes) {
      const named = valuesOf(words, '-e', '-f', 'run-parallel')
      const own = recipes.filter(({ name }) => named.includes(name))
      return named.length === 0 ? recipes : own.length > 0 ? own : recipes.filter(({ name }) => name === '')
    },
  },
  {
    program: /^nox$/,
    names: ['noxfile.py'],
    read: onceForEachObject(sessionsOf),
    chosen(words, recipes) {
      const at = words.findIndex(word => /^(?:-s|--sessions?|-e)$/.test(word))
      // The option takes all words up to the next one.
      const end = words.findIndex((word, i) => i > at && word.startsWith('-'))
      const listed = at < 0 ? [] : words.slice(at + 1, end < 0 ? undefined : end)
      const named = [...listed, ...valuesOf(words, '--session', '--sessions')].map(name => name.split(/[-(]/, 1)[0]!)
      return named.length === 0 ? recipes : recipes.filter(({ name }) => named.includes(name))
    },
  },
]

/** A script of a recipe as a command runs it; what the file sets goes before what it is given. */
function placed(script: Script, { values }: ShellCommand, folder: string | undefined, conditional: boolean): Script {
  return {
    ...script,
    folder,
    conditional: conditional || script.conditional,
    values: new Map([...values, ...script.values]),
  }
}

/** What a command of make, just, tox or nox runs, as far as its words name it. */
export async function scriptsOfTool(
  command: ShellCommand,
  files: SourceFiles,
  conditional: boolean,
): Promise<Script[]> {
  const words = command.words.map(({ value, lead }) => value ?? lead)
  const start = /^(?:python[\d.]*|uvx?|pipx)$/.test(words[0] ?? '')
    ? words.findIndex(word => /^(?:tox|nox)$/.test(word))
    : 0
  const program = words[start]?.replace(/^.*\//, '')
  const tool = program === undefined ? undefined : tools.find(one => one.program.test(program))
  if (!tool) return []
  const args = words.slice(start + 1)
  const given = valuesOf(args, '-C', '--directory')[0]
  const folder = given === undefined ? command.folder : canonicalPath(command.folder, given)
  for (const name of tool.names) {
    const path = canonicalPath(folder, name)
    const file = path === undefined ? undefined : await files.at(path)
    if (!file) continue
    return tool
      .chosen(args, tool.read(file))
      .flatMap(({ scripts }) => scripts.map(script => placed(script, command, folder, conditional)))
  }
  return []
}
