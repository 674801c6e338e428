import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { requirementsBelow } from '../src/workspace/requirements-below.ts'
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
const folders = ['', 'api/', 'requirements/', 'Reqs/extra/', 'constraints/', 'my-requirements/', 'requirements.d/']

describe('the hooks', () => {
  test('run the commands', () => {
    expect(hooks.map(({ id, entry }) => [id, entry])).toEqual([
      ['torchpin-rewrite', 'torchpin rewrite'],
      ['torchpin-check', 'torchpin check'],
    ])
  })

  test.each(hooks)('$id looks at the files that a folder means', async ({ files }) => {
    // Python's verbose flags: blanks do not count, nor does case.
    const [, pattern] = /^\(\?xi\)(.*)$/s.exec(files)!
    const matches = new RegExp(pattern!.replace(/\s/g, ''), 'i')
    const paths = folders.flatMap(folder => names.map(name => folder + name))
    const root = repositoryWith(Object.fromEntries(paths.map(path => [path, ''])))
    const found = (await requirementsBelow(root)).files.map(path => relative(root, path))
    expect(found.length).toBeGreaterThan(names.length)
    expect(paths.filter(path => matches.test(path)).sort()).toEqual(found.sort())
  })
})
