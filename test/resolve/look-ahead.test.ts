import { expect, test } from 'vitest'
import { parseRequirement } from '../../src/packaging/requirement.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { resolve } from '../../src/resolve/resolve.ts'
import { memoryIndex, type Projects } from './memory-index.ts'
import { linux311 } from './world.ts'

/** What the index was told ahead for a line, each project once. */
async function foreseen(line: string, projects: Projects): Promise<string[]> {
  const told: string[] = []
  const index = { ...memoryIndex('https://index.example.org', projects), expect: (name: string) => told.push(name) }
  const sources = {
    indexesFor: () => [index],
    rulesFor: () => ({ target: linux311, sources: true, pinned: () => false }),
    wantsPrereleases: () => false,
    amend: (_project: string, _version: unknown, metadata: never) => metadata,
    direct: () => undefined,
  }
  const provider = new ProjectProvider(sources as unknown as ConstructorParameters<typeof ProjectProvider>[0], linux311)
  const lines = [{ requirement: parseRequirement(line), where: 'requirements.txt:1' }]
  await resolve([{ target: linux311, provider, lines, constraints: [] }])
  return told
}

test('what the likely release needs is told to the indexes before it is chosen', async () => {
  const projects = {
    app: { '1.0': { requires: ['old'] }, '2.0': { requires: ['web>=1', 'db'] } },
    web: { '1.0': {} },
    db: { '1.0': {} },
  }
  expect(await foreseen('app', projects)).toEqual(['web', 'db'])
})

test('and of that what the target and the extra ask for', async () => {
  const requires = ['here', 'elsewhere; sys_platform == "win32"', 'fast; extra == "speed"', 'slow; extra == "patience"']
  const projects = {
    app: { '1.0': { requires, extras: ['speed', 'patience'] } },
    here: { '1.0': {} },
    fast: { '1.0': {} },
  }
  expect((await foreseen('app[speed]', projects)).toSorted()).toEqual(['fast', 'here'])
})
