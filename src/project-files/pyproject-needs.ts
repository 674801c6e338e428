import { readEggRequirements } from '../packaging/egg-info.ts'
import { readPyproject } from './pyproject.ts'

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
  const project = (await readPyproject(text))?.project
  if (!project || project.dynamic.some(field => /^(?:optional-)?dependencies$/.test(field))) return undefined
  const { dependencies, optionalDependencies, requiresPython } = project
  // requires.txt has sections for extras, and its requirements have the same form.
  const sections = [...optionalDependencies].flatMap(([extra, needs]) => [`[${extra}]`, ...needs.map(oneLine)])
  return {
    ...readEggRequirements([...dependencies.map(oneLine), ...sections].join('\n')),
    ...(requiresPython !== undefined && { requiresPython }),
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
