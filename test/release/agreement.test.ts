import { describe, expect, test } from 'vitest'
import { disagreements, type Statements } from '../../scripts/release/agreement.ts'
import { sectionOf } from '../../scripts/release/changelog.ts'

const manifest = (version: string, home = 'acme/torchpin') =>
  JSON.stringify({ version, repository: { url: `git+https://github.com/${home}.git` } })
const lock = (version: string) => JSON.stringify({ version, packages: { '': { version } } })
const ready: Statements = {
  manifest: manifest('1.2.3'),
  lock: lock('1.2.3'),
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 (2026-12-01)\n\n- Pins more.\n\n## 1.2.2\n\n- Pins.\n',
  tag: 'v1.2.3',
}

test('what agrees has nothing against it', () => {
  expect(disagreements(ready)).toEqual([])
})

test.each<[id: string, change: Partial<Statements>, reason: string]>([
  ['another tag', { tag: 'v1.2.4' }, 'the tag is v1.2.4, and package.json has the version 1.2.3'],
  ['no tag', { tag: undefined }, 'no tag is given; v1.2.3 would be the one'],
  ['an old lock', { lock: lock('1.2.2') }, 'package-lock.json has another version than package.json'],
  ['no section', { changelog: '## 1.2.2\n\n- Pins.\n' }, 'CHANGELOG.md has no section 1.2.3'],
  ['an empty section', { changelog: '## 1.2.3\n\n## 1.2.2\n' }, 'the section 1.2.3 of CHANGELOG.md is empty'],
  [
    'lines left over',
    { changelog: `## Unreleased\n\n- More.\n\n${ready.changelog}` },
    'CHANGELOG.md has lines under Unreleased',
  ],
  ['no home', { manifest: manifest('1.2.3', 'OWNER/torchpin') }, 'package.json names no real repository yet'],
])('against a release: %s', (_, change, reason) => {
  expect(disagreements({ ...ready, ...change })).toEqual([expect.stringContaining(reason)])
})

test('a version that is no release', () => {
  const change = { manifest: manifest('1.2.3-rc.1'), lock: lock('1.2.3-rc.1'), tag: 'v1.2.3-rc.1' }
  expect(disagreements({ ...ready, ...change })).toContain(
    'package.json has the version 1.2.3-rc.1, which is not of three numbers',
  )
})

describe('a section of the changelog', () => {
  test.each([
    ['with a date', '## 1.2.3 (2026-12-01)\n\n- A.\n', '- A.'],
    ['in brackets', '## [1.2.3] - 2026-12-01\n- A.\n\n### More\n', '- A.\n\n### More'],
    ['of a longer version', '## 1.2.30\n\n- A.\n', undefined],
  ])('%s', (_, changelog, expected) => {
    expect(sectionOf(changelog, '1.2.3')).toBe(expected)
  })
})
