import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { discover } from '../../src/run/discover.ts'
import { sandbox } from '../sandbox.ts'

const { temporary: root, folderWith } = sandbox()
beforeAll(() => {
  const files = [
    'requirements.txt',
    'requirements-dev.txt',
    'dev-requirements.txt',
    'requirements.in',
    'constraints.txt',
    'reqs/base.txt',
    'requirements/prod.txt',
    'services/api/requirements.txt',
    'notes.txt',
    'docs/readme.txt',
    'node_modules/x/requirements.txt',
    '.git/requirements.txt',
    'env/pyvenv.cfg',
    'env/requirements.txt',
    'build/requirements.txt',
    'services/local-requirements.txt',
  ]
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  writeFileSync(join(root, '.gitignore'), 'build/\n')
  writeFileSync(join(root, 'services/.gitignore'), 'local-*\n')
})

test('a folder means the requirements files below it; ignored, vendored and virtual environments left out', async () => {
  expect((await discover(['.'], root)).files).toEqual([
    'constraints.txt',
    'dev-requirements.txt',
    'reqs/base.txt',
    'requirements/prod.txt',
    'requirements-dev.txt',
    'requirements.in',
    'requirements.txt',
    'services/api/requirements.txt',
  ])
})

test('a file means itself, whatever its name, and once', async () => {
  expect((await discover(['notes.txt', './notes.txt'], root)).files).toEqual(['notes.txt'])
})

test.each([
  ['pyproject.toml', /^there is pyproject\.toml: name it if uv manages the project/],
  ['Pipfile', /^there is Pipfile: .*pipenv requirements/],
  ['environment.yml', /^there is environment\.yml: conda installs it/],
])('a folder with %s alone says what to do', async (name, hint) => {
  const folder = folderWith({})
  writeFileSync(join(folder, name), '')
  await expect(discover(['.'], folder)).rejects.toMatchObject({
    message: 'no requirements files below .',
    hint: expect.stringMatching(hint),
  })
  rmSync(folder, { recursive: true })
})

test('a path that is not there, and a folder without any, are refused by name', async () => {
  await expect(discover(['missing.txt'], root)).rejects.toThrow('missing.txt does not exist')
  await expect(discover(['docs'], root)).rejects.toThrow('no requirements files below docs')
})
