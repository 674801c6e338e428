import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { rooms } from './rooms.ts'

/** The folder of the source; scripts and tests run from the top of the project. */
export const source = resolve('src')

/** The files of the source, as paths below it. */
export const files: readonly string[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => file.endsWith('.ts'))
  .sort()

/** What a file imports, types and dynamic imports included: files of the source as paths below it, else the specifier. */
export function importsOf(file: string): string[] {
  const text = readFileSync(resolve(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, specifier]) => {
    if (!specifier!.startsWith('.')) return specifier!
    return relative(source, resolve(source, dirname(file), specifier!)).replaceAll('\\', '/')
  })
}

/** The room of a file: the longest of the listed paths that it is below. Undefined: it has none. */
export function roomOf(file: string): string | undefined {
  const holding = rooms.filter(({ path }) => file === path || file.startsWith(`${path}/`))
  return holding.sort((a, b) => b.path.length - a.path.length)[0]?.path
}

/** Which room imports from which others, by the room. */
export function arrows(): Map<string, ReadonlySet<string>> {
  const between = new Map<string, Set<string>>(rooms.map(({ path }) => [path, new Set()]))
  for (const file of files)
    for (const other of importsOf(file).filter(path => files.includes(path))) {
      const [from, to] = [roomOf(file)!, roomOf(other)!]
      if (from !== to) between.get(from)!.add(to)
    }
  return between
}

/** Groups of more than one name that lead to each other. Tarjan's strongly connected components. */
export function cyclesIn(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const found: string[][] = []
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const visit = (name: string): void => {
    order.set(name, order.size)
    lowest.set(name, order.get(name)!)
    open.push(name)
    for (const next of graph.get(name) ?? []) {
      if (!order.has(next)) visit(next)
      if (open.includes(next)) lowest.set(name, Math.min(lowest.get(name)!, lowest.get(next)!))
    }
    if (lowest.get(name) === order.get(name)) {
      const group = open.splice(open.indexOf(name))
      if (group.length > 1) found.push(group)
    }
  }
  for (const name of graph.keys()) if (!order.has(name)) visit(name)
  return found
}
