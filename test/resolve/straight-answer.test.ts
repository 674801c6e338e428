import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answered, PackageIndex } from '../../src/package-index/project-page.ts'
import { parseVersion } from '../../src/packaging/version.ts'
import { ResolveCache } from '../../src/resolve/provider/cache.ts'
import { type Problem, Unsolvable } from '../../src/resolve/provider/problem.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { resolve } from '../../src/resolve/resolve.ts'
import { requirementLines } from '../../src/torch/lines.ts'
import { cpuSources } from '../../src/torch/sources.ts'
import { runs } from '../full.ts'
import { fileOf } from '../requirements/file-of.ts'
import { type SmallWorld, targets, versions } from './brute-force.ts'
import { memoryIndex, type Projects, plain } from './memory-index.ts'
import { indexOf, projects, textOf, world } from './small-worlds.ts'

/** An index that knows what it has answered, as one on the web does, and counts what it is asked. */
function attentive(index: PackageIndex): PackageIndex & { asked: number } {
  const answered = new Map<string, Answered>()
  return {
    ...index,
    asked: 0,
    async project(name) {
      this.asked++
      const page = await index.project(name)
      answered.set(name, answered.get(name) ?? { page })
      return answered.get(name)!.page
    },
    async metadata(file) {
      this.asked++
      return index.metadata(file)
    },
    known: name => answered.get(name),
  }
}

/** Which versions are tried first. */
interface Wishes {
  readonly oldest: readonly string[]
  readonly preferred: Readonly<Record<string, string>>
}

const newest: Wishes = { oldest: [], preferred: {} }

interface Texts {
  readonly lines: string
  readonly constraints?: string
}

const nothing = memoryIndex('memory:cpu', {})

function problemOf(
  { lines, constraints = '' }: Texts,
  index: PackageIndex,
  cache?: ResolveCache,
  wishes = newest,
): Problem {
  const target = targets.linux
  const files = [fileOf(lines, 'requirements.txt'), fileOf(constraints, 'constraints.txt')]
  const asked = requirementLines(files, [target])
  const world = {
    target,
    indexes: [index],
    lines: [...asked.requirements, ...asked.constraints],
    direct: [],
    links: new Map(),
    excludeNewer: undefined,
  }
  const sources = cpuSources(world, nothing, {
    oldest: project => wishes.oldest.includes(project),
    preferred: project => [wishes.preferred[project] ?? []].flat().map(text => parseVersion(text)!),
    traps: 'ignored',
  })
  const provider = new ProjectProvider(sources, target, cache)
  return { target, provider, lines: asked.requirements, constraints: asked.constraints }
}

/** What becomes of a problem, and what was seen on the way. */
async function outcomeOf(problem: Problem) {
  const found = await resolve([problem]).catch(error => {
    if (!(error instanceof Unsolvable)) throw error
    return undefined
  })
  const { provider } = problem
  return {
    installed: found && [...found].map(([name, { builds }]) => [name, builds[0].version.text, builds[0].needs]),
    skipped: provider.skipped,
    withoutMetadata: provider.withoutMetadata,
    // Where there is none, the way there does not count.
    seen: found && [...projects, 'rest'].filter(project => provider.known(project)),
  }
}

/** Has everything read that an index has. */
async function readAll(index: PackageIndex, cache: ResolveCache): Promise<void> {
  for (const name of projects) {
    const page = await index.project(name)
    for (const file of page?.files ?? []) await cache.metadata(index, file)
  }
}

const wishes: fc.Arbitrary<Wishes> = fc.record({
  oldest: fc.subarray(projects, { maxLength: 2 }),
  preferred: fc.dictionary(fc.constantFrom(...projects), fc.constantFrom(...versions), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
})

const textsOf = ({ lines, constraints }: SmallWorld): Texts => ({
  lines: lines.map(line => `${textOf(line)}\n`).join(''),
  constraints: constraints.map(line => `${textOf(line)}\n`).join(''),
})

test('the answer without a search is that of the search', { timeout: 120_000 }, async () => {
  const numRuns = runs(300, 2000)
  const [searched, unsearched] = [new Set<SmallWorld>(), new Set<SmallWorld>()]
  await fc.assert(
    fc.asyncProperty(world, fc.option(wishes, { nil: newest }), async (world, wishes) => {
      const index = memoryIndex('memory:main', indexOf(world))
      const expected = await outcomeOf(problemOf(textsOf(world), index, undefined, wishes))
      const known = attentive(index)
      const cache = new ResolveCache()
      await readAll(known, cache)
      const asked = known.asked
      const problem = problemOf(textsOf(world), known, cache, wishes)
      expect(await outcomeOf(problem)).toEqual(expected)
      ;(known.asked === asked ? unsearched : searched).add(world)
    }),
    { numRuns },
  )
  expect(unsearched.size).toBeGreaterThan(numRuns / 10)
  expect(searched.size).toBeGreaterThan(numRuns / 10)
})

const small: Projects = {
  ant: { '1.0': { requires: ['bee<2'] }, '2.0': { requires: ['bee>=1', 'cat==1.0'] } },
  bee: { '1.0': {}, '2.0': { requires: ['cat'] } },
  cat: plain('1.0', '2.0'),
}

test('nobody is asked again what other lines have brought to light', async () => {
  const index = attentive(memoryIndex('memory:main', small))
  const cache = new ResolveCache()
  await outcomeOf(problemOf({ lines: 'ant\nbee\n' }, index, cache))
  const { asked } = index
  const again = await outcomeOf(problemOf({ lines: 'ant>=1.1\nbee>=1.5\n' }, index, cache))
  expect(index.asked).toBe(asked)
  expect(again.installed).toEqual([
    ['bee', '2.0', ['cat']],
    ['cat', '1.0', []],
    ['ant', '2.0', ['bee', 'cat']],
  ])
})

test('what leaves no choice is decided first, as torch pins what its other needs ask for in any release', async () => {
  const pinned: Projects = {
    ant: { '1.0': {}, '2.0': { requires: ['bee'] } },
    bee: plain('1.0'),
    cat: { '1.0': { requires: ['ant==1.0'] } },
  }
  const index = attentive(memoryIndex('memory:main', pinned))
  const cache = new ResolveCache()
  for (const lines of ['ant\n', 'cat\n']) await outcomeOf(problemOf({ lines }, index, cache))
  const { asked } = index
  const { installed } = await outcomeOf(problemOf({ lines: 'ant\ncat\n' }, index, cache))
  expect(index.asked).toBe(asked)
  expect(installed?.map(([name, version]) => `${name} ${version}`)).toEqual(['cat 1.0', 'ant 1.0'])
})

test.each([
  ['a conflict', 'ant\nbee==1.0\ncat==2.0\n'],
  ['a project that nobody has asked for', 'ant\ndog\n'],
  ['a release that nobody has looked at', 'ant<2\nbee\n'],
])('%s is for the search', async (_, lines) => {
  const index = attentive(memoryIndex('memory:main', { ...small, dog: plain('1.0') }))
  const cache = new ResolveCache()
  await outcomeOf(problemOf({ lines: 'ant\nbee\n' }, index, cache))
  const { asked } = index
  const expected = await outcomeOf(problemOf({ lines }, memoryIndex('memory:main', { ...small, dog: plain('1.0') })))
  expect(await outcomeOf(problemOf({ lines }, index, cache))).toEqual(expected)
  expect(index.asked).toBeGreaterThan(asked)
})
