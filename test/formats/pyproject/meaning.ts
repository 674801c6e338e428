import { parse } from 'smol-toml'
import type { PyprojectManifest } from '../../../src/formats/project-manifest.ts'
import { canonicalizeName } from '../../../src/packaging/names.ts'
import { parseRequirement } from '../../../src/packaging/requirement.ts'
import { scriptBlockIn } from '../../../src/packaging/script-metadata.ts'
import type { AnyDecision, Written } from './written.ts'

/** Whether a file, read again, says what was decided about it as it was before. */
export function isDone(decision: AnyDecision, before: PyprojectManifest, after: PyprojectManifest): boolean {
  const sourceOf = (project: string) => after.sources.find(source => source.project === project)
  switch (decision.kind) {
    case 'bind': {
      const source = sourceOf(decision.project)
      // For Poetry it is that off macOS alone.
      if (after.syntax === 'poetry')
        return after.sources.some(
          ({ project, entries }) =>
            project === decision.project && entries.some(({ index }) => index === decision.index),
        )
      return source?.isTable === true && source.entries.length === 1 && source.entries[0]!.index === decision.index
    }
    case 'unbind':
      return sourceOf(decision.project) === undefined
    case 'name-explicit-index':
      return (
        after.indexes.filter(({ name, url, explicit }) => name === decision.name && url === decision.url && explicit)
          .length === 1
      )
    case 'anchor':
      return decision.projects.every(project =>
        after.entries.some(({ text, where }) => {
          const isHere =
            after.syntax === 'script'
              ? where.table === 'dependencies'
              : where.table === 'group' && canonicalizeName(where.name!) === canonicalizeName(decision.group)
          return isHere && text !== undefined && projectOf(text) === project
        }),
      )
    case 'remove-index': {
      const index = before.indexes.find(({ at }) => at.start === decision.at.start)!
      return !after.indexes.some(({ name, url }) => name === index.name && url === index.url)
    }
    case 'switch-index':
      return after.indexes.some(({ url }) => url === decision.url)
    case 'remove': {
      const removed = before.entries.find(({ at }) => at.start === decision.at.start)!
      const count = ({ entries }: PyprojectManifest) => entries.filter(({ text }) => text === removed.text).length
      return count(after) < count(before)
    }
    case 'pin':
    case 'switch':
    case 'replace': {
      const i = before.entries.findIndex(({ at }) => at.start === decision.at.start)
      const { key, extras, specifier } = parseRequirement(before.entries[i]!.text!)
      return after.entries.some(({ text }) => {
        if (text === undefined) return false
        const now = parseRequirement(text)
        return (
          now.key === (decision.project ?? key) &&
          `${now.extras}` === `${decision.extras ?? extras}` &&
          now.specifier.text === (decision.specifier ?? specifier.text)
        )
      })
    }
    default:
      return false
  }
}

/** What a file says beside that which decisions are about, as a parser of TOML reads it. */
export function restOf(
  text: string,
  { extension }: Written,
  decisions: readonly AnyDecision[],
  before: PyprojectManifest,
): unknown {
  const toml = extension === 'py' ? scriptBlockIn(text)!.text : text
  const document = structuredClone(parse(toml))
  const outside = extension === 'py' ? text.replace(/# \/\/\/ script[\s\S]*?\n# \/\/\/(?=\r?\n|$)/, '') : ''
  const names = new Set(decisions.flatMap(one => ('name' in one ? [one.name] : [])))
  const projects = new Set(
    decisions.flatMap(one => {
      if (one.kind === 'bind' || one.kind === 'unbind') return [one.project]
      if (one.kind === 'anchor') return one.projects
      if (!('at' in one)) return []
      const entry = before.entries.find(({ at }) => at.start === one.at.start)
      const renamed = 'project' in one && one.project !== undefined ? [one.project] : []
      return entry?.text === undefined ? [] : [parseRequirement(entry.text).key, ...renamed]
    }),
  )
  const urls = new Set(
    decisions.flatMap(one => [
      ...('url' in one && one.url !== undefined ? [one.url] : []),
      ...('at' in one ? before.indexes.filter(({ at }) => at.start === one.at.start).map(({ url }) => url) : []),
    ]),
  )
  const groups = new Set(decisions.flatMap(one => (one.kind === 'anchor' ? [one.group] : [])))
  return [without(document, { names, projects, urls, groups }), outside]
}

interface Decided {
  readonly names: ReadonlySet<string>
  readonly projects: ReadonlySet<string>
  readonly urls: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

/** Without requirements and sources of some projects, without some indexes, and without what is left empty by that. */
function without(value: unknown, decided: Decided): unknown {
  if (typeof value === 'string') {
    const key = keyOf(value)
    return (key !== undefined && decided.projects.has(key)) || decided.urls.has(value) ? undefined : value
  }
  if (Array.isArray(value)) {
    const left = value.map(item => without(item, decided)).filter(item => item !== undefined)
    return left.length > 0 ? left : undefined
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if ('url' in value && 'name' in value && decided.names.has(String(value.name))) return undefined
  const left = Object.entries(value).flatMap(([key, inner]) => {
    if (decided.projects.has(canonicalizeName(key))) return []
    const rest = without(inner, decided)
    // Poetry's groups of anchors are optional ones.
    if (decided.groups.has(key) && JSON.stringify(rest) === '{"optional":true}') return []
    return rest === undefined ? [] : [[key, rest] as const]
  })
  return left.length > 0 ? Object.fromEntries(left) : undefined
}

function keyOf(text: string): string | undefined {
  try {
    return parseRequirement(text).key
  } catch {
    return undefined
  }
}

/** The project that an entry asks for; undefined where it is no requirement, which a group may have beside others. */
function projectOf(text: string): string | undefined {
  try {
    return parseRequirement(text).key
  } catch {
    return undefined
  }
}
