import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discover } from '../../src/run/discover.ts'
import { folderWith } from './temporary.ts'

describe('how files are named', () => {
  const files = {
    'app/requirements.txt': '',
    'app/sub/constraints.txt': '',
    'app/..txt': '',
    'other/reqs.txt': '',
  }
  // `{root}` is the folder above `app`, where the run is.
  test.each<[id: string, paths: string[], files: string[], fromFolder: string[]]>([
    ['from the current folder', ['./requirements.txt'], ['requirements.txt'], []],
    ['absolute, but below', ['{root}/app/requirements.txt'], ['requirements.txt'], []],
    ['below, with two dots at the start', ['..txt'], ['..txt'], []],
    ['elsewhere as named', ['../other/reqs.txt', '{root}/other'], ['../other/reqs.txt'], []],
    ['a folder elsewhere', ['../other/'], ['../other/reqs.txt'], ['../other/reqs.txt']],
    [
      'in the order of the arguments',
      ['sub', '.'],
      ['sub/constraints.txt', 'requirements.txt'],
      ['sub/constraints.txt', 'requirements.txt'],
    ],
    [
      'found, then named',
      ['.', 'requirements.txt'],
      ['requirements.txt', 'sub/constraints.txt'],
      ['sub/constraints.txt'],
    ],
    [
      'named, then found',
      ['sub/constraints.txt', '.'],
      ['sub/constraints.txt', 'requirements.txt'],
      ['requirements.txt'],
    ],
    ['no arguments', [], [], []],
  ])('%s', async (_, paths, expected, fromFolder) => {
    const root = folderWith(files)
    const named = paths.map(path => path.replace('{root}', root))
    const found = await discover(named, join(root, 'app'))
    expect(found.files).toEqual(expected)
    expect([...found.fromFolder]).toEqual(fromFolder)
  })
})

describe('what cannot be found', () => {
  test.each<[path: string, message: string, hint: string]>([
    ['requirments.txt', 'requirments.txt does not exist', 'did you mean requirements.txt?'],
    ['requirements.txt/x', 'requirements.txt/x does not exist', 'give the path of a requirements file or of a folder'],
    [
      'services/api/requirements-dve.txt',
      'services/api/requirements-dve.txt does not exist',
      'did you mean services/api/requirements-dev.txt?',
    ],
    [
      'service/api/requirements-dev.txt',
      'service/api/requirements-dev.txt does not exist',
      'did you mean services/api/requirements-dev.txt?',
    ],
    ['servics', 'servics does not exist', 'did you mean services?'],
    ['nothing/alike.txt', 'nothing/alike.txt does not exist', 'give the path of a requirements file or of a folder'],
    ['empty', 'no requirements files below empty', 'a requirements file of another name, or a script, has to be named'],
    ['', 'a path is empty', 'for the current folder say .'],
    ['ring', 'ring cannot be read', 'look at its permissions'],
    ['a\0b', 'a\0b cannot be read', 'look at its permissions'],
  ])('%j', async (path, message, hint) => {
    const root = folderWith({ 'requirements.txt': '', 'services/api/requirements-dev.txt': '', 'empty/': '' })
    symlinkSync('ring', join(root, 'ring'))
    await expect(discover([path], root)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message, hint })
  })
})
