import { expect, test } from 'vitest'
import type { Release } from '../../src/package-index/snapshot/format.ts'
import { likelyIn } from '../../src/package-index/snapshot/likely.ts'
import { parseRequirement } from '../../src/packaging/requirement.ts'

const release = (...requiresDist: string[]): Release => ({ requiresDist, files: [] })
const facts: Readonly<Record<string, Readonly<Record<string, Release>>>> = {
  app: { '1.9': release('old'), '1.10': release('new'), '2.0rc1': release('newest') },
  web: { '1.0': { files: [] } },
}

/** What is said to be needed for a line, and how often the facts were read for two questions. */
function likely(line: string): { readonly needs: readonly string[] | undefined; readonly reads: number } {
  let reads = 0
  const ask = likelyIn(
    project => {
      reads++
      return facts[project]
    },
    ({ project, version, release: { requiresDist } }) =>
      requiresDist && { metadataVersion: '2.2', name: project, version, requiresDist, providesExtra: [], dynamic: [] },
  )
  ask(parseRequirement(line))
  return { needs: ask(parseRequirement(line))?.requiresDist, reads }
}

test.each([
  { id: 'the newest by number, not by text', line: 'app', needs: ['new'] },
  { id: 'the newest that the line admits', line: 'app<1.10', needs: ['old'] },
  { id: 'a pre-release is not likely', line: 'app>=1.0', needs: ['new'] },
  { id: 'nothing that the line admits is known', line: 'app>=3', needs: undefined },
  { id: 'what it needs is not known', line: 'web', needs: undefined },
  { id: 'a project that nobody knows', line: 'none', needs: undefined },
])('$id', ({ line, needs }) => {
  expect(likely(line)).toEqual({ needs, reads: 1 })
})
