import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryOf, topOf } from '../../src/files/folders.ts'
import { sandbox } from '../sandbox.ts'

const { folderWith } = sandbox()

describe('a repository begins at the nearest folder with `.git`', () => {
  test.each([
    { id: 'a folder', make: (path: string) => mkdirSync(path) },
    { id: 'a file, as in a worktree', make: (path: string) => writeFileSync(path, 'gitdir: elsewhere\n') },
    { id: 'a link that leads nowhere', make: (path: string) => symlinkSync('/nowhere/at/all', path) },
  ])('$id', async ({ make }) => {
    const outer = folderWith({ 'inner/services/api/requirements.txt': 'torch\n' })
    mkdirSync(join(outer, '.git'))
    make(join(outer, 'inner/.git'))
    const api = join(outer, 'inner/services/api')
    expect(await topOf(api)).toBe(join(outer, 'inner'))
    expect(await repositoryOf(api)).toBe(realpathSync(join(outer, 'inner')))
    expect(await topOf(outer)).toBe(outer)
  })

  test('outside of any, a folder is its own', async () => {
    expect(await topOf('/')).toBeUndefined()
    expect(await repositoryOf('/')).toBe('/')
  })
})
