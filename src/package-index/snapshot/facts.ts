import type { Release, Snapshot } from './format.ts'

/** What a snapshot says, project by project. */
export interface Facts extends Pick<Snapshot, 'index' | 'collected'> {
  /** By version; undefined where it does not know the project. @param project its canonical name */
  releases(project: string): Readonly<Record<string, Release>> | undefined
}

/** What a snapshot in memory says. */
export function factsOf({ index, collected, projects }: Snapshot): Facts {
  return {
    ...(index === undefined ? {} : { index }),
    collected,
    releases: project => (Object.hasOwn(projects, project) ? projects[project] : undefined),
  }
}

/** Before the projects, in the text of a snapshot as scripts/snapshot/render.ts writes it. */
const beforeAll = ',\n  "projects": {'
/** Before the name of each project; those of releases are further in. */
const beforeName = '\n    "'
/** After the releases of each. */
const afterReleases = '\n    }'

/**
 * What a snapshot says that is text. A run asks for some of its projects: of the others, only the names are looked for.
 * @param text as scripts/snapshot/render.ts writes it
 */
export function factsIn(text: string): Facts {
  const projects = text.indexOf(beforeAll)
  const places = new Map<string, number>()
  for (let at = text.indexOf(beforeName, projects); at >= 0; at = text.indexOf(beforeName, at)) {
    const start = at + beforeName.length
    at = text.indexOf('": ', start)
    places.set(text.slice(start, at), at + '": '.length)
  }
  return {
    ...(JSON.parse(`${text.slice(0, projects)}}`) as Pick<Snapshot, 'index' | 'collected'>),
    releases(project) {
      const start = places.get(project)
      if (start === undefined) return undefined
      return JSON.parse(text.slice(start, text.indexOf(afterReleases, start) + afterReleases.length))
    },
  }
}
