import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { groups } from '../scripts/site/groups.ts'
import { deadLinks } from '../scripts/site/links.ts'
import { paged } from '../scripts/site/page.ts'
import { folderWith } from './workspace/temporary.ts'

const root = resolve(import.meta.dirname, '..')

test('every page of docs/ has one place in the site', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  const placed = Object.values(groups).flat()
  expect(new Set(placed).size).toBe(placed.length)
  expect(tracked.filter(path => /^docs\/[^/]+\.md$/.test(path) && !placed.includes(path))).toEqual([])
  expect(placed.filter(path => !tracked.includes(path))).toEqual([])
})

describe('a page', () => {
  test('has its heading for a title, whatever stands in it', () => {
    expect(paged('# A: "b"\n\nText.\n', { group: 'Guides', children: ['a.md'] })).toBe(
      '---\ntitle: "A: \\"b\\""\ngroup: "Guides"\nchildren: ["a.md"]\n---\n# A: "b"\n\nText.\n',
    )
  })

  test('without a heading is refused', () => {
    expect(() => paged('Text.\n', {})).toThrow('starts with no heading: Text.')
  })
})

const links: readonly (readonly [id: string, link: string, dead: boolean])[] = [
  ['a page', 'b/c.html', false],
  ['a page that is not there', 'b/d.html', true],
  ['a place of another page', 'b/c.html#here', false],
  ['a place that another page does not have', 'b/c.html#there', true],
  ['a place of the same page', '#top', false],
  ['a place that the same page does not have', '#bottom', true],
  ['a folder with an index', 'b/', false],
  ['a folder without', 'e/', true],
  ['another host', 'https://example.org/missing', false],
  ['a name with a blank', 'b/a%20b.txt', false],
]

test.each(links)('a link to %s: %s', (_, link, dead) => {
  const folder = folderWith({
    'a.html': `<a id="top" href="${link}">…</a>`,
    'b/c.html': '<h1 id="here">…</h1><a href="../a.html">…</a>',
    'b/index.html': '',
    'b/a b.txt': '',
    'e/f.html': '',
  })
  expect(deadLinks(folder)).toEqual(dead ? [`a.html: ${link}`] : [])
})
