import type { IndexedNeed, IndexedProject } from './indexed-project.ts'
import { readToml, valueAt } from './toml.ts'

/** What a Pipfile says. */
export interface Pipfile extends IndexedProject {
  /** `[requires]`: `python_version`, `python_full_version`. */
  readonly requires: ReadonlyMap<string, string>
  /** Names in `[packages]`, as written. */
  readonly packages: readonly string[]
}

/** Reads a Pipfile; undefined where it is no TOML. */
export async function readPipfile(text: string): Promise<Pipfile | undefined> {
  const document = await readToml(text)
  if (!document) return undefined
  const entriesOf = (table: string) => Object.entries(tableAt(document, table))
  const sources = [valueAt(document, 'source')].flat()
  const urlOf = (name: string) =>
    textOf(
      valueAt(
        sources.find(source => valueAt(source, 'name') === name),
        'url',
      ),
    )
  const needs = ['packages', 'dev-packages'].flatMap(table =>
    entriesOf(table).map(([name, value]): IndexedNeed => {
      const index = textOf(valueAt(value, 'index'))
      const line = text
        .split('\n')
        .findIndex(line => new RegExp(`^\\s*["']?${name.replace(/\W/g, '\\$&')}["']?\\s*=`).test(line))
      return {
        name,
        version: textOf(value) ?? textOf(valueAt(value, 'version')) ?? '*',
        indexUrl: index === undefined ? undefined : urlOf(index),
        line: line < 0 ? undefined : line + 1,
      }
    }),
  )
  return {
    requires: new Map(entriesOf('requires').filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    packages: entriesOf('packages').map(([name]) => name),
    needs,
  }
}

/** The packages that a Pipfile.lock installs beside those for development, as requirements; none where it is no JSON. */
export function readPipfileLock(text: string): string[] {
  try {
    const packages: Record<string, { version?: string }> = JSON.parse(text).default ?? {}
    return Object.entries(packages).map(([name, { version }]) => name + (version ?? ''))
  } catch {
    return []
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function tableAt(document: unknown, key: string): object {
  const table = valueAt(document, key)
  return typeof table === 'object' && table !== null ? table : {}
}
