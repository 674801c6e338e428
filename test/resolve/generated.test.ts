import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFull, runs } from '../full.ts'
import {
  differences,
  fewestDifferences,
  flaws,
  isSatisfiable,
  type Need,
  type SmallWorld,
  type TargetName,
  targets,
} from './brute-force.ts'
import { indexOf, project, textOf, world } from './small-worlds.ts'
import { solveWorld } from './world.ts'

async function solved(world: SmallWorld) {
  const file = (needs: readonly Need[]) => needs.map(need => `${textOf(need)}\n`).join('')
  return solveWorld({
    main: indexOf(world),
    files: { 'requirements.txt': file(world.lines), 'constraints.txt': file(world.constraints) },
    targets: world.targets.map(name => targets[name]),
  })
}

/** Those of the lines of a file that a message names. */
const named = (message: string, file: string, lines: readonly Need[]): Need[] =>
  lines.filter((_, i) => new RegExp(`\\b${file}:${i + 1}\\b`).test(message))

test('agrees with trying everything, on generated worlds', { timeout: 120_000 }, async () => {
  const numRuns = runs(150, 2500)
  let satisfied = 0
  let refused = 0
  let several = 0
  await fc.assert(
    fc.asyncProperty(world, async world => {
      const { outcome, onTargets } = await solved(world)
      expect(typeof outcome !== 'string').toBe(isSatisfiable(world))
      if (typeof outcome !== 'string') {
        expect(flaws(world, onTargets)).toEqual([])
        satisfied++
        if (outcome.size > 2) several++
        return
      }
      refused++
      // The lines that the message names suffice for the contradiction.
      const lines = named(outcome, 'requirements.txt', world.lines)
      const constraints = named(outcome, 'constraints.txt', world.constraints)
      expect(isSatisfiable(world, lines, constraints), outcome).toBe(false)
    }),
    { numRuns },
  )
  expect(satisfied).toBeGreaterThan(numRuns / 10)
  expect(refused).toBeGreaterThan(numRuns / 10)
  expect(several).toBeGreaterThan(numRuns / 50)
})

/** Worlds for two targets that one or two projects cannot be the same for. */
const parted = fc
  .record({
    world,
    projects: fc.uniqueArray(project, { minLength: 1, maxLength: 2 }),
    targets: fc.constantFrom<TargetName[]>(['linux', 'windows'], ['oldLinux', 'mac']),
  })
  .map(({ world, projects, targets }): SmallWorld => {
    const [here, there] = (
      targets[0] === 'linux'
        ? ['platform_system != "Windows"', 'python_version < "3.9" or sys_platform == "win32"']
        : ['python_version < "3.9" or sys_platform == "win32"', 'sys_platform == "darwin"']
    ) as [Need['marker'], Need['marker']]
    const lines = projects.flatMap((project): Need[] => [
      { project, specifier: '<2.0', marker: here },
      { project, specifier: '>=2.0rc1', marker: there },
    ])
    return { ...world, lines: [...world.lines, ...lines], targets }
  })

test('as few projects as possible differ between targets', { timeout: 120_000 }, async () => {
  const numRuns = runs(300, 1000)
  let several = 0
  let one = 0
  await fc.assert(
    fc.asyncProperty(fc.oneof(world, parted), async world => {
      fc.pre(world.targets.length > 1)
      const { onTargets } = await solved(world)
      if (onTargets.length === 0) return
      const different = differences(onTargets)
      expect(different).toBe(fewestDifferences(world))
      if (different > 1) several++
      if (different === 1) one++
    }),
    { numRuns },
  )
  expect(one).toBeGreaterThan(0)
  if (isFull) expect(several).toBeGreaterThan(0)
})

test('the order of the lines makes no difference', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(world, parted), fc.func(fc.nat()), async (world, place) => {
      const shuffled = (needs: readonly Need[]) => needs.toSorted((a, b) => place(a) - place(b))
      const other = { ...world, lines: shuffled(world.lines), constraints: shuffled(world.constraints) }
      expect((await solved(other)).onTargets).toEqual((await solved(world)).onTargets)
    }),
    { numRuns: runs(30, 500) },
  )
})
