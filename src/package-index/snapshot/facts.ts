import type { Release, Snapshot } from './format.ts'

/** What a snapshot says, project by project. */
export interface Facts extends Pick<Snapshot, 'index' | 'collected'> {
  /** By version; undefined where it does not know the project. @param project its canonical name */
  releases(project: string): Readonly<Record<string, Release>> | undefined
  /** One of them. @param version as the snapshot writes it, which is its normal form */
  release(project: string, version: string): Release | undefined
}

/** What a snapshot in memory says. */
export function factsOf({ index, collected, projects }: Snapshot): Facts {
  return {
    ...(index === undefined ? {} : { index }),
    collected,
    releases: project => own(projects, project),
    release: (project, version) => own(own(projects, project) ?? {}, version),
  }
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** Before the projects, in the text of a snapshot as scripts/snapshot/render.ts writes it. */
const beforeAll = ',\n  "projects": {'
/** Before the name of each project. */
const beforeName = '\n    "'
/** Before the version of each release, which has a line of its own. */
const beforeVersion = '\n      '
/** After the releases of each. */
const afterReleases = '\n    }'

/**
 * What a snapshot says that is text. A run asks for some of its projects and releases: the others are not read, only the names of
 * projects are looked for.
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
  const textOf = (project: string): string | undefined => {
    const start = places.get(project)
    return start === undefined
      ? undefined
      : text.slice(start, text.indexOf(afterReleases, start) + afterReleases.length)
  }
  return {
    ...(JSON.parse(`${text.slice(0, projects)}}`) as Pick<Snapshot, 'index' | 'collected'>),
    releases(project) {
      const own = textOf(project)
      return own === undefined ? undefined : JSON.parse(own)
    },
    release(project, version) {
      const own = textOf(project)
      const key = `${beforeVersion}${JSON.stringify(version)}: `
      const at = own?.indexOf(key) ?? -1
      if (own === undefined || at < 0) return undefined
      const start = at + key.length
      const line = own.slice(start, own.indexOf('\n', start))
      return JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line)
    },
  }
}
