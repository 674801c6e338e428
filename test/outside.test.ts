import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { refuseOutside } from '../src/run/outside.ts'
import { folderWith } from './workspace/temporary.ts'

/** Repositories, and folders that are none. */
function world(): string {
  const root = folderWith({
    'repository/.git/HEAD': '',
    'repository/api/requirements.txt': '',
    'repository/base.txt': '',
    'plain/api/requirements.txt': '',
    'plain/api/more.txt': '',
    'plain/base.txt': '',
    'plain-other/base.txt': '',
    'other/base.txt': '',
  })
  symlinkSync(join(root, 'other/base.txt'), join(root, 'repository/link.txt'))
  return root
}

test.each<[id: string, changing: string, named: string[], cwd: string]>([
  ['in the same repository', 'repository/base.txt', ['repository/api/requirements.txt'], 'other'],
  ['in the current folder, where there is no repository', 'plain/base.txt', ['plain/api/requirements.txt'], 'plain'],
  ['beside the file', 'plain/api/more.txt', ['plain/api/requirements.txt'], 'other'],
  ['elsewhere, but named', 'other/base.txt', ['plain/api/requirements.txt', 'other/base.txt'], 'plain'],
])('written: %s', async (_, changing, named, cwd) => {
  const root = world()
  await refuseOutside(
    [join(root, changing)],
    named.map(path => join(root, path)),
    join(root, cwd),
  )
})

test.each<[id: string, changing: string, named: string[], cwd: string, shown: string]>([
  ['above the folder', 'plain/base.txt', ['plain/api/requirements.txt'], 'plain/api', '../base.txt'],
  ['in another folder', 'other/base.txt', ['repository/api/requirements.txt'], 'repository', '../other/base.txt'],
  ['behind a link', 'repository/link.txt', ['repository/api/requirements.txt'], 'repository', 'link.txt'],
  ['whose folder begins alike', 'plain-other/base.txt', ['plain/base.txt'], 'plain', '../plain-other/base.txt'],
])('refused: %s', async (_, changing, named, cwd, shown) => {
  const root = world()
  await expect(
    refuseOutside(
      [join(root, changing)],
      named.map(path => join(root, path)),
      join(root, cwd),
    ),
  ).rejects.toMatchObject({ code: 'FILE_OUTSIDE', message: `${shown} is included from elsewhere, and would change` })
})

const offline = {
  offline: true,
  sizes: false,
  python: ['3.11'],
  environment: { HOME: '/nonexistent', PIP_CONFIG_FILE: '/dev/null' },
}

test('what a file includes from elsewhere is read, counts, and is not written', async () => {
  const folder = folderWith({
    'mine/requirements.txt': '-r ../theirs/base.txt\n',
    'theirs/base.txt': 'torch==2.13.0\n',
  })
  const done = await rewrite(['requirements.txt'], { ...offline, cwd: join(folder, 'mine') })
  expect(done.result.files.map(({ path, changed }) => [path, changed])).toContainEqual(['../theirs/base.txt', true])
  await expect(save(done)).rejects.toMatchObject({ code: 'FILE_OUTSIDE' })
  expect(readFileSync(join(folder, 'theirs/base.txt'), 'utf8')).toBe('torch==2.13.0\n')
  expect(readFileSync(join(folder, 'mine/requirements.txt'), 'utf8')).toBe('-r ../theirs/base.txt\n')
})

test('what it includes and is no requirements file stops the run, as it stops pip', async () => {
  const folder = folderWith({ 'requirements.txt': '-r ../../../../../../etc/passwd\n' })
  const run = rewrite(['requirements.txt'], { ...offline, cwd: folder })
  await expect(run).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining('etc/passwd') })
})
