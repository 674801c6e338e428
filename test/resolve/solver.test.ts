import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Constraint, type Dependency, NoSolution, type Provider, solve } from '../../src/resolve/pubgrub/solver.ts'
import { runs } from '../full.ts'

/** A small universe: package → for each version (position), what it asks for: package → allowed positions. */
type World = Readonly<Record<string, readonly Readonly<Record<string, readonly number[]>>[]>>

const asDependencies = (wants: Readonly<Record<string, readonly number[]>>): Dependency[] =>
  Object.entries(wants).map(([key, allowed]) => ({
    key,
    admits: position => allowed.includes(position),
    requirement: `${key} in ${allowed}`,
  }))

const providerOf = (world: World): Provider => ({
  count: async key => world[key]?.length ?? 0,
  dependencies: async (key, position) => asDependencies(world[key]![position]!),
  prefer: (_, allowed) => allowed.last(() => true)!,
})

const solveWorld = (
  world: World,
  root: Readonly<Record<string, readonly number[]>>,
  constraints: Readonly<Record<string, readonly number[]>> = {},
) =>
  solve(
    asDependencies(root),
    asDependencies(constraints).map((c): Constraint => ({ ...c, admits: async () => c.admits, where: 'c.txt:1' })),
    providerOf(world),
  )

/** Tries everything: the oracle of the generated worlds. */
function satisfiable(
  world: World,
  root: Readonly<Record<string, readonly number[]>>,
  constraints: Readonly<Record<string, readonly number[]>>,
): boolean {
  const search = (
    chosen: ReadonlyMap<string, number>,
    wanted: readonly (readonly [string, readonly number[]])[],
  ): boolean => {
    const [first, ...rest] = wanted
    if (!first) return true
    const [key, allowed] = first
    const already = chosen.get(key)
    if (already !== undefined) return allowed.includes(already) && search(chosen, rest)
    return allowed.some(
      position =>
        position < (world[key]?.length ?? 0) &&
        (constraints[key]?.includes(position) ?? true) &&
        search(new Map([...chosen, [key, position]]), [...Object.entries(world[key]![position]!), ...rest]),
    )
  }
  return search(new Map(), Object.entries(root))
}

function expectSound(
  world: World,
  root: Readonly<Record<string, readonly number[]>>,
  constraints: Readonly<Record<string, readonly number[]>>,
  chosen: ReadonlyMap<string, number>,
): void {
  const needed = new Set<string>()
  const follow = (wants: Readonly<Record<string, readonly number[]>>): void => {
    for (const [key, allowed] of Object.entries(wants)) {
      expect(allowed).toContain(chosen.get(key))
      if (constraints[key]) expect(constraints[key]).toContain(chosen.get(key))
      if (needed.has(key)) continue
      needed.add(key)
      follow(world[key]![chosen.get(key)!]!)
    }
  }
  follow(root)
  expect([...chosen.keys()].sort()).toEqual([...needed].sort())
}

const names = ['a', 'b', 'c', 'd', 'e', 'f']
const allowed = fc.uniqueArray(fc.nat({ max: 4 }), { minLength: 0, maxLength: 4 })
const wants = fc.dictionary(fc.constantFrom(...names), allowed, { maxKeys: 3, noNullPrototype: true })
const worlds = fc.dictionary(fc.constantFrom(...names), fc.array(wants, { minLength: 1, maxLength: 4 }), {
  minKeys: 3,
  noNullPrototype: true,
})

describe('solve', () => {
  test('takes the newest of everything where nothing stands against it', async () => {
    const world: World = { a: [{}, { b: [0, 1] }], b: [{}, {}] }
    expect(await solveWorld(world, { a: [0, 1] })).toEqual(
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    )
  })

  test.each([
    ['the first asked for gets the newest', ['a', 'b'], { a: 1, b: 0 }],
    ['in whatever order the two are asked for', ['b', 'a'], { a: 0, b: 1 }],
  ])('where two cannot both be newest: %s (as uv has it)', async (_, order, expected) => {
    const world: World = { a: [{}, { b: [0] }], b: [{}, {}] }
    const found = await solveWorld(world, Object.fromEntries(order.map(key => [key, [0, 1]])))
    expect(Object.fromEntries(found)).toEqual(expected)
  })

  test('goes back to an older version when a newer one asks for what does not exist', async () => {
    const world: World = { a: [{}, { b: [5] }], b: [{}] }
    expect(await solveWorld(world, { a: [0, 1] })).toEqual(new Map([['a', 0]]))
  })

  test('goes back over several decisions (the worked example of the PubGrub paper)', async () => {
    const world: World = {
      menu: [{ dropdown: [0] }, { dropdown: [1, 2] }],
      dropdown: [{ icons: [0] }, { icons: [1] }, { icons: [1] }],
      icons: [{}, {}],
    }
    expect(await solveWorld(world, { menu: [0, 1], icons: [0] })).toEqual(
      new Map([
        ['menu', 0],
        ['icons', 0],
        ['dropdown', 0],
      ]),
    )
  })

  test('a project may be called "conflict" or "constructor"', async () => {
    expect(await solveWorld({ conflict: [{ constructor: [0] }], constructor: [{}] }, { conflict: [0] })).toEqual(
      new Map([
        ['conflict', 0],
        ['constructor', 0],
      ]),
    )
  })

  test('a constraint bars versions but asks for nothing', async () => {
    const world: World = { a: [{}, {}], b: [{}] }
    expect(await solveWorld(world, { a: [0, 1] }, { a: [0], b: [] })).toEqual(new Map([['a', 0]]))
  })

  test('packages may ask for one another in a circle', async () => {
    const world: World = { a: [{ b: [0] }], b: [{ a: [0] }] }
    expect(await solveWorld(world, { a: [0] })).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    )
  })

  test('a version may be unusable for a reason of its own', async () => {
    const provider: Provider = {
      ...providerOf({ a: [{}, {}] }),
      dependencies: async (_, position) => (position === 1 ? { unusable: 'needs Python 4' } : []),
    }
    expect(await solve(asDependencies({ a: [0, 1] }), [], provider)).toEqual(new Map([['a', 0]]))
  })

  test('says no where a deep chain cannot be met', async () => {
    const world: World = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `p${i}`,
        Array.from({ length: 10 }, () => ({ [`p${i + 1}`]: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })),
      ]),
    )
    await expect(solveWorld({ ...world, p40: [{ p0: [9] }, { p0: [8] }] }, { p0: [0, 1] })).rejects.toThrow(NoSolution)
  })

  test('agrees with trying everything, on generated worlds', { timeout: 120_000 }, async () => {
    const numRuns = runs(500, 3000)
    let solved = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(worlds, wants, wants, async (world, root, constraints) => {
        const expected = satisfiable(world, root, constraints)
        try {
          const chosen = await solveWorld(world, root, constraints)
          expect(expected).toBe(true)
          expectSound(world, root, constraints, chosen)
          solved++
        } catch (error) {
          if (!(error instanceof NoSolution)) throw error
          expect(expected).toBe(false)
          refused++
        }
      }),
      { numRuns },
    )
    expect(Math.min(solved, refused)).toBeGreaterThan(numRuns / 50)
  })
})
