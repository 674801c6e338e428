import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { renderSnapshot } from '../../scripts/snapshot/render.ts'
import { type Facts, factsIn, factsOf } from '../../src/package-index/snapshot/facts.ts'
import type { Snapshot } from '../../src/package-index/snapshot/format.ts'

const said = ({ index, collected, releases }: Facts, projects: readonly string[]) => ({
  index,
  collected,
  projects: Object.fromEntries(projects.map(project => [project, releases(project)])),
})

describe.each(['cpu', 'pypi'])('what is found in the text of snapshot/%s.json', kind => {
  const text = readFileSync(new URL(`../../snapshot/${kind}.json`, import.meta.url), 'utf8')
  const whole: Snapshot = JSON.parse(text)
  const projects = Object.keys(whole.projects)

  test('is ASCII, as which it is read', () => {
    expect(text).toMatch(/^[\n -~]*$/)
  })

  test('is what all of it says, of every project', () => {
    expect(projects.length).toBeGreaterThan(0)
    expect(said(factsIn(text), projects)).toEqual(said(factsOf(whole), projects))
  })

  test('is what all of it says, of every release', () => {
    const facts = factsIn(text)
    for (const [project, releases] of Object.entries(whole.projects))
      for (const [version, release] of Object.entries(releases))
        expect(facts.release(project, version)).toEqual(release)
  })

  test('is nothing of a release that no project has, or another one', () => {
    const facts = [factsIn(text), factsOf(whole)]
    for (const version of ['', '0.0.0.0.1', '__proto__', 'files', '1'])
      for (const project of ['__proto__', ...projects])
        expect(facts.map(({ release }) => release(project, version) === undefined)).toEqual([true, true])
  })

  test.each(['', 'no-such-project', '__proto__', 'constructor', 'files', 'collected', projects[0]!.slice(0, -1)])(
    'is nothing of what is no project of it: %j',
    name => expect([factsIn(text), factsOf(whole)].map(facts => facts.releases(name))).toEqual([undefined, undefined]),
  )
})

test('a snapshot without projects knows none', () => {
  const text = renderSnapshot({ format: 1, collected: '2026-01-02', note: '"projects": {', projects: {} })
  expect(said(factsIn(text), ['torch'])).toEqual({ collected: '2026-01-02', projects: { torch: undefined } })
})

test('texts that look like the beginning or the end of a project belong to the release that holds them', () => {
  const odd = '\n    }\n    "torch": {'
  const small: Snapshot = {
    format: 1,
    index: 'https://example.org/whl/cpu',
    collected: '2026-01-02',
    note: odd,
    projects: {
      a: { '1.0': { requiresDist: [odd], files: [] }, '2.0': { files: [[odd, null, 1, 2]] } },
      b: { '1.0': { files: [] } },
    },
  }
  expect(said(factsIn(renderSnapshot(small)), ['a', 'b', 'torch'])).toEqual(said(factsOf(small), ['a', 'b', 'torch']))
})

test('what is not ASCII is written as escapes', () => {
  const foreign: Snapshot = {
    format: 1,
    collected: '2026-01-02',
    note: 'é',
    projects: { a: { '1.0': { requiresDist: ['é 🔥'], files: [] } } },
  }
  const text = renderSnapshot(foreign)
  expect(text).toMatch(/^[\n -~]*$/)
  expect(said(factsIn(text), ['a'])).toEqual(said(factsOf(foreign), ['a']))
})
