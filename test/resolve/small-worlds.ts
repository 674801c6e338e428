import fc from 'fast-check'
import {
  markers,
  type Need,
  pythons,
  type SmallRelease,
  type SmallWorld,
  type SpecifierText,
  specifiers,
  type TargetName,
  tags,
  targets,
  versions,
} from './brute-force.ts'
import type { Projects, Release } from './memory-index.ts'

const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[]
export const projects = ['ant', 'bee', 'cat', 'dog', 'eel']
const extras = ['x', 'y']
const seldom = fc.integer({ min: 0, max: 9 }).map(n => n === 0)

const specifier = fc.oneof(
  { weight: 1, arbitrary: fc.constant('' as SpecifierText) },
  { weight: 2, arbitrary: fc.constantFrom(...keysOf(specifiers)) },
)
export const project = fc.constantFrom(...projects)
const absent = fc.constant(undefined)
const sometimes = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: absent }, { weight: 1, arbitrary: value })
const seldomGiven = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: absent }, { weight: 1, arbitrary: value })
const marker = sometimes(fc.constantFrom(...keysOf(markers)))
const extra = sometimes(fc.constantFrom(...extras))
const line = fc.record({ project, extra, specifier, marker })
const need = fc.record({ project, extra, specifier, marker, of: extra })
const release: fc.Arbitrary<SmallRelease> = fc.record({
  needs: fc.array(need, { maxLength: 3 }),
  tags: fc.oneof(
    { weight: 9, arbitrary: fc.constant(['py3-none-any'] as const) },
    { weight: 1, arbitrary: fc.subarray(keysOf(tags), { minLength: 1, maxLength: 3 }) },
  ),
  python: seldomGiven(fc.constantFrom(...keysOf(pythons))),
  silentPage: seldom,
  yanked: seldom,
})
const releases = fc.dictionary(fc.constantFrom(...versions), release, {
  minKeys: 2,
  maxKeys: 4,
  noNullPrototype: true,
})
/** Projects, lines and targets, of which a good part has no solution. */
export const world: fc.Arbitrary<SmallWorld> = fc.record({
  // Now and then a project that others ask for is on no index.
  projects: fc.record(Object.fromEntries(projects.map(name => [name, releases])), {
    requiredKeys: projects.slice(0, 4),
    noNullPrototype: true,
  }),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  constraints: fc.array(fc.record({ project, specifier, marker }), { maxLength: 2 }),
  targets: fc.uniqueArray(fc.constantFrom(...keysOf(targets)), { minLength: 1, maxLength: 2 }) as fc.Arbitrary<
    TargetName[]
  >,
})

export function textOf({ project, extra, specifier, marker, of }: Need): string {
  const conditions = [...(marker ? [`(${marker})`] : []), ...(of ? [`extra == "${of}"`] : [])]
  const condition = conditions.length > 0 ? ` ; ${conditions.join(' and ')}` : ''
  return `${project}${extra ? `[${extra}]` : ''}${specifier}${condition}`
}

function releaseOf({ needs, tags, python, silentPage, yanked }: SmallRelease): Release {
  return {
    requires: needs.map(textOf),
    extras,
    tags,
    silentPage,
    yanked,
    ...(python ? { requiresPython: python } : {}),
  }
}

export function indexOf(world: SmallWorld): Projects {
  return Object.fromEntries(
    Object.entries(world.projects).map(([project, releases]) => [
      project,
      Object.fromEntries(Object.entries(releases).map(([version, release]) => [version, releaseOf(release)])),
    ]),
  )
}
