import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discover } from '../../src/run/discover.ts'
import { folderWith, repositoryWith } from './temporary.ts'

const below = async (cwd: string, path = '.'): Promise<readonly string[]> => (await discover([path], cwd)).files

const filesNamed = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map(name => [name, '']))

describe('which files are requirements files', () => {
  test.each([
    'requirements.txt',
    'requirements-dev.txt',
    'requirements_dev.txt',
    'requirements.dev.txt',
    'requirements3.txt',
    'dev-requirements.txt',
    'test_requirements_py3.txt',
    'Requirements.TXT',
    'requirement.txt',
    'requirements.in',
    'requirements-gpu.in',
    'constraints.txt',
    'constraints-3.11.txt',
    'test-constraints.txt',
    'reqs.txt',
    'dev-reqs.txt',
    'requirements/base.txt',
    'requirements/base.in',
    'requirements/linux/py3.11.txt',
    'reqs/gpu.txt',
    'requirements.lock',
    'requirements-dev.lock',
    'pip-freeze.txt',
    'pip_freeze.txt',
    'freeze.txt',
    'pip-list.txt',
    '.ci/requirements.txt',
    'pkg/with space/requirements.txt',
  ])('%s is one', async name => {
    expect(await below(folderWith({ [name]: '' }))).toEqual([name])
  })

  test.each([
    'notes.txt',
    'frequency.txt',
    'unfreeze.txt',
    'poetry.lock',
    'requirements.md',
    'requirements.txt.bak',
    'unconstraints.txt',
    'requirements/README.txt',
    'requirements/base.py',
    'requirements.txt/',
  ])('%s is none', async name => {
    await expect(below(folderWith({ [name]: '' }))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: 'no requirements files below .',
    })
  })

  test('a folder below `requirements` is named: its files are of it', async () => {
    const root = repositoryWith({ 'requirements/edx/base.txt': '' })
    expect(await below(root, 'requirements/edx')).toEqual(['requirements/edx/base.txt'])
    expect(await below(join(root, 'requirements'))).toEqual(['edx/base.txt'])
  })
})

describe('what others wrote or tools made is left out', () => {
  test.each([
    'node_modules/node-gyp/requirements.txt',
    'lib/site-packages/x/requirements.txt',
    'usr/lib/python3/dist-packages/requirements.txt',
    '__pycache__/requirements.txt',
    'vendor/x/requirements.txt',
    'src/_vendor/requirements.txt',
    'third_party/x/requirements.txt',
    'third-party/x/requirements.txt',
    '.tox/py311/requirements.txt',
    'x.egg-info/requirements.txt',
    '.git/modules/requirements.txt',
  ])('%s', async name => {
    expect(await below(folderWith({ 'requirements.txt': '', [name]: '' }))).toEqual(['requirements.txt'])
  })

  test.each([
    ['a virtual environment of any name', { 'torch env/pyvenv.cfg': '', 'torch env/requirements.txt': '' }],
    ['a conda environment', { 'env/conda-meta/history': '', 'env/requirements.txt': '' }],
    ['a repository in the repository', { 'sub/.git': 'gitdir: ../.git/modules/sub\n', 'sub/requirements.txt': '' }],
  ])('%s', async (_, files) => {
    expect(await below(repositoryWith({ 'requirements.txt': '', ...files } as Record<string, string>))).toEqual([
      'requirements.txt',
    ])
  })

  test('repositories next to each other are all meant, each with its own rules', async () => {
    const root = folderWith({
      '.gitignore': 'unrelated',
      'a/.git/HEAD': '',
      'a/.gitignore': 'requirements-dev.txt\n',
      ...filesNamed(['a/requirements.txt', 'a/requirements-dev.txt', 'b/.git/HEAD', 'b/requirements-dev.txt']),
    })
    expect(await below(root)).toEqual(['a/requirements.txt', 'b/requirements-dev.txt'])
  })

  test('a folder that is named itself is meant', async () => {
    expect(await below(folderWith({ 'vendor/x/requirements.txt': '' }), 'vendor')).toEqual([
      'vendor/x/requirements.txt',
    ])
  })
})

describe('links', () => {
  test('a link to a file below the folder is a file; one that leads out, to nothing or in a ring is not', async () => {
    const outside = folderWith({ 'requirements.txt': '', 'more/requirements.txt': '' })
    const root = folderWith({ 'deps/base.lst': '', 'deps/more/requirements.txt': '' })
    symlinkSync('deps/base.lst', join(root, 'requirements.txt'))
    symlinkSync(join(outside, 'requirements.txt'), join(root, 'requirements-out.txt'))
    symlinkSync('nowhere', join(root, 'requirements-lost.txt'))
    symlinkSync('requirements-ring.txt', join(root, 'requirements-ring.txt'))
    symlinkSync('..', join(root, 'deps/up'))
    symlinkSync(join(outside, 'more'), join(root, 'requirements'))
    expect(await below(root)).toEqual(['deps/more/requirements.txt', 'requirements.txt'])
  })

  test('a folder that is named by a link is walked', async () => {
    const root = folderWith({ 'deps/requirements.txt': '' })
    symlinkSync('deps', join(root, 'link'))
    expect(await below(root, 'link')).toEqual(['link/requirements.txt'])
  })
})

describe('what git ignores is left out', () => {
  const all = ['a/build/requirements.txt', 'a/requirements-dev.txt', 'a/requirements.txt', 'requirements.txt']
  test.each<[id: string, rules: Record<string, string>, left: string[]]>([
    ['a file anywhere', { '.gitignore': 'requirements-dev.txt' }, [all[0]!, all[2]!, all[3]!]],
    ['a folder', { '.gitignore': 'build/' }, [all[1]!, all[2]!, all[3]!]],
    ['a pattern for a folder does not mean a file', { '.gitignore': 'requirements.txt/' }, all],
    ['only at the top', { '.gitignore': '/requirements.txt' }, [all[0]!, all[1]!, all[2]!]],
    [
      'a rule further down goes before',
      { '.gitignore': '*.txt', 'a/.gitignore': '!requirements.txt' },
      [all[0]!, all[2]!],
    ],
    ['a folder let in again further down', { '.gitignore': 'build', 'a/.gitignore': '!build' }, all],
    ['nothing comes back into an ignored folder', { '.gitignore': 'a\n!a/requirements.txt' }, [all[3]!]],
    ['a rule counts from its folder', { 'a/.gitignore': '/build\nb/requirements.txt' }, [all[1]!, all[2]!, all[3]!]],
    [
      'CRLF, comments, a mark',
      { '.gitignore': '\ufeffbuild\r\n# requirements.txt\r\n\r\n' },
      [all[1]!, all[2]!, all[3]!],
    ],
    [
      'upper case is another name on Linux',
      { '.gitignore': 'BUILD\n' },
      process.platform === 'linux' ? all : all.slice(1),
    ],
    ['.git/info/exclude', { '.git/info/exclude': 'a\n' }, [all[3]!]],
    ['.gitignore goes before the exclude file', { '.git/info/exclude': 'build\n', '.gitignore': '!build' }, all],
    ['a carriage return inside of a pattern', { 'a/.gitignore': 'x\rrequirements.txt\n' }, all],
    ['patterns that mean nothing', { '.gitignore': '[\n\\\n!\n/\n[z-a]\n', 'a/.gitignore': '!\n/\n//\n' }, all],
  ])('%s', async (_, rules, left) => {
    expect(await below(repositoryWith({ ...filesNamed(all), ...rules }))).toEqual(left)
  })

  test('in a folder whose name looks like a pattern', async () => {
    const root = repositoryWith({
      ...filesNamed(['[a]*/b/requirements.txt', 'a/b/requirements.txt']),
      '[a]*/.gitignore': 'b',
    })
    expect(await below(root)).toEqual(['a/b/requirements.txt'])
  })

  test('by the rules of the folders above the one that is named', async () => {
    const root = repositoryWith({ ...filesNamed(all), '.gitignore': 'build\n' })
    expect(await below(root, 'a')).toEqual(['a/requirements-dev.txt', 'a/requirements.txt'])
  })

  test('but not a folder that is ignored itself and named', async () => {
    const root = repositoryWith({ ...filesNamed(all), '.gitignore': 'a\n' })
    expect(await below(root, 'a/build')).toEqual(['a/build/requirements.txt'])
  })

  test('by the exclude file of the repository that a worktree belongs to', async () => {
    const root = folderWith({
      ...filesNamed(['tree/requirements.txt', 'tree/requirements-dev.txt']),
      'tree/.git': 'gitdir: ../main/.git/worktrees/tree\n',
      'main/.git/worktrees/tree/commondir': '../..\n',
      'main/.git/info/exclude': 'requirements-dev.txt\n',
    })
    expect(await below(join(root, 'tree'))).toEqual(['requirements.txt'])
  })

  test('outside of a repository, by the rules of the folder that is named and those below', async () => {
    const root = folderWith({ ...filesNamed(all), '.gitignore': '*', 'a/.gitignore': 'build' })
    expect(await below(root, 'a')).toEqual(['a/requirements-dev.txt', 'a/requirements.txt'])
  })

  test('the error says so where that is all there is', async () => {
    await expect(below(repositoryWith({ 'a/requirements.txt': '', '.gitignore': '*.txt' }))).rejects.toMatchObject({
      hint: 'git ignores a/requirements.txt; name it to have it rewritten all the same',
    })
  })
})
