import { readEggRequirements } from '../packaging/egg-info.ts'
import { readToml, valueAt } from '../workspace/toml.ts'

/** What a project states that it needs, in the words of core metadata. */
export interface ProjectNeeds {
  readonly requiresDist: readonly string[]
  readonly providesExtra: readonly string[]
  readonly requiresPython?: string
}

/**
 * What `[project]` of a pyproject.toml states (PEP 621); undefined where there is none, or where it leaves dependencies to
 * the build.
 */
export async function readPyprojectNeeds(text: string): Promise<ProjectNeeds | undefined> {
  const project = valueAt(await readToml(text), 'project')
  const dynamic = strings(valueAt(project, 'dynamic'))
  if (project === undefined || dynamic.some(field => /^(?:optional-)?dependencies$/.test(field))) return undefined
  const optional = valueAt(project, 'optional-dependencies')
  const extras = typeof optional === 'object' && optional !== null ? Object.entries(optional) : []
  // requires.txt has sections for extras, and its requirements have the same form.
  const sections = extras.flatMap(([extra, needs]) => [`[${extra}]`, ...strings(needs)])
  const requiresPython = valueAt(project, 'requires-python')
  return {
    ...readEggRequirements([...strings(valueAt(project, 'dependencies')), ...sections].join('\n')),
    ...(typeof requiresPython === 'string' && { requiresPython }),
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string').map(oneLine) : []
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
