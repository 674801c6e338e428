import { canonicalizeName } from '../../../packaging/names.ts'
import { parseRequirement } from '../../../packaging/requirement.ts'
import type { Anchor, Decision, ProjectDecision } from '../../decision.ts'
import type { ProjectEntry, PyprojectManifest } from '../../project-manifest.ts'

type Said = Pick<PyprojectManifest, 'syntax' | 'entries' | 'indexes' | 'sources'>

/** Whether a file says what was decided about it; true of what is decided about a single entry. */
export function says({ syntax, entries, indexes, sources }: Said, decision: Decision | ProjectDecision): boolean {
  switch (decision.kind) {
    case 'bind':
      return sources.some(
        ({ project, entries }) => project === decision.project && entries.some(({ index }) => index === decision.index),
      )
    case 'unbind':
      return !sources.some(({ project }) => project === decision.project)
    case 'name-explicit-index':
      return indexes.some(({ name, url, explicit }) => name === decision.name && url === decision.url && explicit)
    case 'anchor': {
      const own = new Set(entries.filter(entry => isAnchor(entry, decision, syntax)).map(({ text }) => projectOf(text)))
      return decision.projects.every(project => own.has(project))
    }
    default:
      return true
  }
}

function isAnchor({ where }: ProjectEntry, { group }: Anchor, syntax: PyprojectManifest['syntax']): boolean {
  if (syntax === 'script') return where.table === 'dependencies'
  return where.table === 'group' && canonicalizeName(where.name!) === canonicalizeName(group)
}

/** The canonical name of what a requirement asks for; undefined where it is none. */
export function projectOf(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : parseRequirement(text).key
  } catch {
    return undefined
  }
}
