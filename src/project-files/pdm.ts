import { canonicalizeName } from '../packaging/names.ts'
import { parseRequirement } from '../packaging/requirement.ts'
import type { IndexedNeed, IndexedProject } from './indexed-project.ts'
import { readToml, valueAt } from './toml.ts'

/** What a pyproject.toml says to PDM. */
export interface PdmProject extends IndexedProject {
  /** The index that a project is bound to by `include_packages` (pdm-project.org/en/latest/usage/config); undefined: none. */
  boundTo(name: string): string | undefined
}

/** Reads a pyproject.toml with `[tool.pdm]`; undefined where it has none, or is no TOML. */
export async function readPdmProject(text: string): Promise<PdmProject | undefined> {
  if (!/\btool\b[\s\S]*\bpdm\b/.test(text)) return undefined
  const document = await readToml(text)
  const pdm = valueAt(document, 'tool', 'pdm')
  if (pdm === undefined) return undefined
  const sources = listOf(valueAt(pdm, 'source'))
  const boundTo = (name: string) => {
    const source = sources.find(source =>
      textsOf(valueAt(source, 'include_packages')).some(pattern => matches(pattern, canonicalizeName(name))),
    )
    const url = valueAt(source, 'url')
    return typeof url === 'string' ? url : undefined
  }
  const lists = [
    valueAt(document, 'project', 'dependencies'),
    ...valuesOf(valueAt(document, 'project', 'optional-dependencies')),
    ...valuesOf(valueAt(document, 'dependency-groups')),
    ...valuesOf(valueAt(pdm, 'dev-dependencies')),
  ]
  const needs = lists.flatMap(textsOf).flatMap((written): IndexedNeed[] => {
    const requirement = readRequirement(written)
    if (!requirement) return []
    const line = text.split('\n').findIndex(line => line.includes(`"${written}"`) || line.includes(`'${written}'`))
    const { name, specifier } = requirement
    return [{ name, version: specifier.text || '*', indexUrl: boundTo(name), line: line < 0 ? undefined : line + 1 }]
  })
  return { needs, boundTo }
}

/** The packages that a pdm.lock installs, as requirements; none where it is no TOML. */
export async function readPdmLock(text: string): Promise<string[]> {
  const packages = listOf(valueAt(await readToml(text), 'package'))
  return packages.map(entry => `${valueAt(entry, 'name')}==${valueAt(entry, 'version')}`)
}

/** A glob of fnmatch, as far as `*` goes. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const [first = ''] = parts
  if (parts.length === 1) return first === name
  const last = parts.at(-1)!
  return name.startsWith(first) && name.slice(first.length).endsWith(last)
}

function readRequirement(text: string): ReturnType<typeof parseRequirement> | undefined {
  try {
    return parseRequirement(text)
  } catch {
    return undefined
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter(entry => typeof entry === 'string')
}

function valuesOf(table: unknown): unknown[] {
  return typeof table === 'object' && table !== null ? Object.values(table) : []
}
