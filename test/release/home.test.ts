import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { homeOf, moved } from '../../scripts/release/home.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')
const home = homeOf(read('package.json'))

describe('package.json decides where the project lives', () => {
  const { homepage, bugs } = JSON.parse(read('package.json'))

  test('its other fields agree', () => {
    expect(homepage).toBe(`https://github.com/${home}#readme`)
    expect(bugs.url).toBe(`https://github.com/${home}/issues`)
  })

  test('so does what the wheel says of itself', () => {
    const urls = [...read('python/pyproject.toml').matchAll(/^(\w+) = "https:\/\/github\.com\/(.*)"$/gm)]
    expect(Object.fromEntries(urls.map(([, name, url]) => [name, url]))).toEqual({
      Homepage: `${home}#readme`,
      Repository: home,
      Issues: `${home}/issues`,
      Changelog: `${home}/blob/main/CHANGELOG.md`,
    })
  })

  test('and what is cited', () => {
    const citation = parseYaml(read('CITATION.cff'))
    expect(citation['repository-code']).toBe(`https://github.com/${home}`)
    expect(citation.url).toBe(homepage)
  })

  test('no other file names another place', () => {
    const tracked = execFileSync(
      'git',
      ['ls-files', '-z', ':!fixtures', ':!test', ':!scripts/*.ts', ':!scripts/**/*.ts'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    )
    const named = tracked
      .split('\0')
      .slice(0, -1)
      .flatMap(path => [
        ...[...read(path).matchAll(/github\.com\/([\w.-]+\/torchpin)\b|uses: ([\w.-]+\/torchpin)@/g)].map(
          ([, address, used]) => `${path}: ${address ?? used}`,
        ),
        ...[...read(path).matchAll(/ghcr\.io\/([\w.-]+\/torchpin)\b/g)].map(([, image]) => `${path}: image ${image}`),
      ])
    expect(named.length).toBeGreaterThan(10)
    expect(
      named.filter(found => !found.endsWith(`: ${home}`) && !found.endsWith(`: image ${home.toLowerCase()}`)),
    ).toEqual([])
  })
})

test.each([
  ['an address', 'https://github.com/OWNER/torchpin/issues', 'https://github.com/acme/pin/issues'],
  ['an address of git', 'git+https://github.com/OWNER/torchpin.git#v1', 'git+https://github.com/acme/pin.git#v1'],
  ['a step of a workflow', '- uses: OWNER/torchpin@v1', '- uses: acme/pin@v1'],
  ['an image, in small letters', 'ghcr.io/owner/torchpin:1', 'ghcr.io/acme/pin:1'],
  ['not a longer name', 'https://github.com/OWNER/torchpin-docs', 'https://github.com/OWNER/torchpin-docs'],
  ['not the words alone', 'OWNER/torchpin', 'OWNER/torchpin'],
])('moved: %s', (_, text, expected) => {
  expect(moved(text, 'OWNER/torchpin', 'acme/pin')).toBe(expected)
})
