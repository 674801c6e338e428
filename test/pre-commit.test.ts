import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { requirementsBelow } from '../src/run/requirements-below.ts'
import { repositoryWith } from './workspace/temporary.ts'

/** `integrations/pre-commit/run.ts` runs the hooks with the real pre-commit. */
const hooks = parse(readFileSync(resolve(import.meta.dirname, '../.pre-commit-hooks.yaml'), 'utf8')) as readonly {
  readonly id: string
  readonly entry: string
  readonly files: string
}[]

const names = [
  'requirements.txt',
  'requirement.in',
  'requirements-dev.txt',
  'dev-requirements.TXT',
  'myrequirements.txt',
  'requirements.txt.bak',
  'requirements.md',
  'constraints.txt',
  'pip-constraints-3.11.txt',
  'myconstraints.txt',
  'reqs.txt',
  'req-dev.in',
  'dev_reqs.txt',
  'request.txt',
  'reqsdev.txt',
  'notes.txt',
  'README.txt',
  'changes.txt',
  'changeset.txt',
  'base.in',
]
/** Files of projects, and what comes close. */
const ofProjects = ['pyproject.toml', 'uv.lock', 'poetry.lock', 'pylock.toml', 'pylock.dev.toml', 'app.py.lock']
const notOfProjects = [
  'my-pyproject.toml',
  'pyproject.toml.orig',
  'uv.lock.bak',
  'pipylock.toml',
  'Pipfile.lock',
  'app.py',
]
const folders = ['', 'api/', 'requirements/', 'Reqs/extra/', 'constraints/', 'my-requirements/', 'requirements.d/']

/** The last one looks at files with commands. */
const ofRequirements = hooks.filter(({ id }) => id !== 'torchpin-ci-check')

describe('the hooks', () => {
  test('run the commands', () => {
    expect(hooks.map(({ id, entry }) => [id, entry])).toEqual([
      ['torchpin-rewrite', 'torchpin rewrite'],
      ['torchpin-check', 'torchpin check'],
      ['torchpin-ci-check', 'torchpin ci check'],
    ])
  })

  test.each(ofRequirements)('$id looks at the files that a folder means', async ({ files }) => {
    const matches = patternOf(files)
    const paths = folders.flatMap(folder => names.map(name => folder + name))
    const root = repositoryWith(Object.fromEntries(paths.map(path => [path, ''])))
    const found = (await requirementsBelow(root)).files.map(path => relative(root, path))
    expect(found.length).toBeGreaterThan(names.length)
    expect(paths.filter(path => matches.test(path)).sort()).toEqual(found.sort())
  })

  test.each(ofRequirements)('$id looks at the files of projects', ({ files }) => {
    const matches = patternOf(files)
    const inEach = (some: readonly string[]) => ['', 'services/api/'].flatMap(folder => some.map(name => folder + name))
    expect(inEach(ofProjects).filter(path => !matches.test(path))).toEqual([])
    expect(inEach(notOfProjects).filter(path => matches.test(path))).toEqual([])
  })
})

test('the hook of ci check looks at files with commands', () => {
  const matches = patternOf(hooks.find(({ id }) => id === 'torchpin-ci-check')!.files)
  const paths = [
    '.github/workflows/a.yml',
    '.gitlab-ci.yml',
    'a/Dockerfile',
    'Makefile',
    'tox.ini',
    'noxfile.py',
    'ci/a.sh',
  ]
  expect(paths.filter(path => !matches.test(path))).toEqual([])
  expect(['requirements.txt', 'app.py', 'a.yml'].filter(path => matches.test(path))).toEqual([])
})

/** Python's verbose flags: blanks do not count, nor does case. */
function patternOf(files: string): RegExp {
  const [, pattern] = /^\(\?xi\)(.*)$/s.exec(files)!
  return new RegExp(pattern!.replace(/\s/g, ''), 'i')
}
