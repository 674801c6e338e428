import { readdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { rulesAbove } from '../../src/files/git-ignore.ts'
import { type Bounds, walk } from '../../src/files/walk.ts'
import { repositoryWith } from './temporary.ts'

async function walked(files: Readonly<Record<string, string>>, bounds: Bounds): Promise<string[]> {
  const folder = repositoryWith(files)
  const entries = await readdir(folder, { withFileTypes: true })
  const { rules } = await rulesAbove(folder)
  const found: string[] = []
  for await (const { path, isIgnored } of walk({ folder, entries, rules }, bounds))
    found.push(relative(folder, path) + (isIgnored() ? ' (ignored)' : ''))
  return found.filter(path => !path.startsWith('.git'))
}

const files = { 'a/b/c/deep.py': '', 'a/z.py': '', 'b.py': '', 'inner/.git/HEAD': '', 'inner/x.py': '' }

test.each<{ id: string; bounds: Bounds; found: string[] }>([
  { id: 'all, by name', bounds: {}, found: ['a/b/c/deep.py', 'a/z.py', 'b.py', 'inner/x.py'] },
  { id: 'no repository inside', bounds: { barredBy: '.git' }, found: ['a/b/c/deep.py', 'a/z.py', 'b.py'] },
  { id: 'one folder deep', bounds: { deepest: 1 }, found: ['a/z.py', 'b.py', 'inner/x.py'] },
  { id: 'no folder', bounds: { deepest: 0 }, found: ['b.py'] },
])('$id', async ({ bounds, found }) => {
  expect(await walked(files, bounds)).toEqual(found)
})

test('what git ignores is marked, and folders that it ignores are not gone into', async () => {
  const ignoring = { ...files, '.gitignore': 'z.py\ninner/\n', 'a/b/.gitignore': '!z.py\n', 'a/b/z.py': '' }
  expect(await walked(ignoring, {})).toEqual([
    'a/b/.gitignore',
    'a/b/c/deep.py',
    'a/b/z.py',
    'a/z.py (ignored)',
    'b.py',
  ])
})
