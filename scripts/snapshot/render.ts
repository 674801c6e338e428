import type { Release, Snapshot } from '../../src/package-index/snapshot/format.ts'

/** A snapshot as text, in ASCII, one release a line, in an order that makes for short diffs: projects by name, versions as given. */
export function renderSnapshot({ projects, ...head }: Snapshot): string {
  const header = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
  const body = Object.keys(projects)
    .sort()
    .map(project => `    ${JSON.stringify(project)}: {\n${releases(projects[project]!)}\n    }`)
  return asAscii(`{\n${header.join('')}  "projects": {\n${body.join(',\n')}\n  }\n}\n`)
}

function releases(byVersion: Readonly<Record<string, Release>>): string {
  return Object.entries(byVersion)
    .map(([version, release]) => `      ${JSON.stringify(version)}: ${JSON.stringify(release)}`)
    .join(',\n')
}

/** JSON with escapes in place of all other characters. */
function asAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
