import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { discoverRequirements } from '../../src/workspace/discover.ts'

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-discover-')))
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
afterAll(() => rmSync(root, { recursive: true }))

test('a folder means the requirements files below it; ignored, vendored and virtual environments left out', async () => {
  expect((await discoverRequirements(['.'], root)).files).toEqual([
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
  expect((await discoverRequirements(['notes.txt', './notes.txt'], root)).files).toEqual(['notes.txt'])
})

test.each([
  ['pyproject.toml', /^there is pyproject\.toml: export a requirements file: uv export/],
  ['Pipfile', /^there is Pipfile: .*pipenv requirements/],
  ['environment.yml', /^there is environment\.yml: conda installs it/],
])('a folder with %s alone says what to do', async (name, hint) => {
  const folder = mkdtempSync(join(root, 'project-'))
  writeFileSync(join(folder, name), '')
  await expect(discoverRequirements(['.'], folder)).rejects.toMatchObject({
    message: 'no requirements files below .',
    hint: expect.stringMatching(hint),
  })
  rmSync(folder, { recursive: true })
})

test('a path that is not there, and a folder without any, are refused by name', async () => {
  await expect(discoverRequirements(['missing.txt'], root)).rejects.toThrow('missing.txt does not exist')
  await expect(discoverRequirements(['docs'], root)).rejects.toThrow('no requirements files below docs')
})
