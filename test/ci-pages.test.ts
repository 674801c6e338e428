import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** The YAML of the pages about CI and pre-commit names only what is there. */
const read = (path: string) => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8')
const blocksOf = (path: string) => [...read(path).matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block!)

interface Step {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

describe('docs/ci.md', () => {
  const action = parse(read('action.yml'))
  const blocks = blocksOf('docs/ci.md')
  const steps = blocks
    .map(block => parse(block))
    .flatMap(({ jobs }): Step[] => (jobs ? jobs.torchpin.steps : []))
    .filter(({ uses }) => uses?.includes('/torchpin@'))

  test('each workflow uses the action, with inputs that it has', () => {
    expect(steps).toHaveLength(4)
    for (const step of steps)
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with!)))
  })

  test('and outputs that it has', () => {
    const named = blocks.flatMap(block =>
      [...block.matchAll(/steps\.torchpin\.outputs\.([\w-]+)/g)].map(([, name]) => name),
    )
    expect(named).toEqual(['changed'])
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(named))
  })

  test('the tables have every input and output', () => {
    const told = [...read('docs/ci.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => cell!.match(/[\w-]+/g)!)
    expect(told).toEqual(expect.arrayContaining([...Object.keys(action.inputs), ...Object.keys(action.outputs)]))
    expect(told).toHaveLength(Object.keys(action.inputs).length + Object.keys(action.outputs).length)
  })
})

test('docs/pre-commit.md names hooks that are there', () => {
  const there = parse(read('.pre-commit-hooks.yaml')).map(({ id }: { id: string }) => id)
  const named = blocksOf('docs/pre-commit.md').flatMap(block =>
    parse(block).repos.flatMap(({ hooks }: { hooks: { id: string }[] }) => hooks.map(({ id }) => id)),
  )
  expect(named).toHaveLength(3)
  expect(there).toEqual(expect.arrayContaining(named))
})
