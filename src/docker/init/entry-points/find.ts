import { consoleScripts } from './console-scripts.ts'
import { djangoProjects } from './django.ts'
import type { EntryPoint } from './entry-point.ts'
import { gradioApplications } from './gradio.ts'
import { packageMains } from './package-mains.ts'
import { fromProcfile } from './procfile.ts'
import { scripts } from './scripts.ts'
import type { Candidate, Search } from './search.ts'
import { streamlitPages } from './streamlit.ts'
import { webObjects } from './web-objects.ts'

/** The best guess, and the others that are as good by their kind. */
export interface EntryPoints {
  readonly best: EntryPoint | undefined
  readonly others: readonly EntryPoint[]
  readonly notebooks: readonly string[]
}

/**
 * Finds what starts a repository by reading it: a Procfile, web applications, commands of the project, `__main__.py`, scripts.
 * The first kind that there is wins; within one, names such as main.py near the top.
 */
export async function findEntryPoints(search: Search): Promise<EntryPoints> {
  const kinds = [
    () => fromProcfile(search),
    () => webApplications(search),
    () => consoleScripts(search),
    () => packageMains(search),
    () => scripts(search),
  ]
  for (const kind of kinds) {
    const found = (await kind()).sort((a, b) => a.score - b.score)
    const [best, ...others] = found.map(({ entry }) => entry)
    if (best)
      return {
        best,
        others: distinct(
          best,
          others.filter(other => !makes(other, best)),
        ),
        notebooks: [],
      }
  }
  return { best: undefined, others: [], notebooks: search.tree.files.filter(path => path.endsWith('.ipynb')) }
}

async function webApplications(search: Search): Promise<Candidate[]> {
  return [
    ...djangoProjects(search),
    ...webObjects(search),
    ...(await streamlitPages(search)),
    ...gradioApplications(search),
  ]
}

/** Whether one is the factory that the other is most likely made with: two names of one application. */
function makes(factory: EntryPoint, object: EntryPoint): boolean {
  const isFactory = ({ command }: EntryPoint) =>
    command.some(word => /\(\)$|^--(?:factory|call)$|:(?:create|make|build)_/.test(word))
  return factory.kind === object.kind && isFactory(factory) && !isFactory(object)
}

/** Entry points of other files that start something else. */
function distinct(best: EntryPoint, others: readonly EntryPoint[]): EntryPoint[] {
  return others.filter(
    (entry, i) =>
      entry.command.join(' ') !== best.command.join(' ') &&
      others.findIndex(other => other.command.join(' ') === entry.command.join(' ')) === i,
  )
}
