import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { edit } from '../../../src/formats/toml/pyproject/edit.ts'
import { readPyprojectManifest } from '../../../src/formats/toml/pyproject/format.ts'
import { type AnyDecision, read } from './written.ts'

test.each([
  ['no TOML', 'pyproject.toml', '[project\n', /^pyproject\.toml is no TOML: /],
  ['a script without metadata', 'a.py', 'import torch\n', /^a\.py has no metadata$/],
  ['a script whose metadata is no TOML', 'a.py', '# /// script\n# a =\n# ///\n', /^a\.py is no TOML: /],
])('%s is refused', (_, path, text, message) => {
  expect(() => readPyprojectManifest(Buffer.from(text), path)).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', message: expect.stringMatching(message) }),
  )
})

test('what stands in a file that is no TOML is not shown: it may be a link to one of somebody else', () => {
  const error = failure(() => readPyprojectManifest(Buffer.from('a = 1\nTOKEN: hunter2\n'), 'pyproject.toml'))
  expect(error.message).toMatch(/^pyproject\.toml is no TOML: .*, line 2$/)
  expect(inspect(error)).not.toMatch(/hunter2/)
})

test('the line of a script is that of its file', () =>
  expect(() => readPyprojectManifest(Buffer.from('# x\n# /// script\n# a = 1\n# b = [\n# ///\n'), 'a.py')).toThrow(
    /, line [45]$/,
  ))

test('what is not UTF-8 is refused', () => {
  expect(() => readPyprojectManifest(Buffer.from('\uFEFFa = 1\n', 'utf16le'), 'pyproject.toml')).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', message: 'pyproject.toml is not UTF-8' }),
  )
})

function failure(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing is refused')
}

const bind: AnyDecision = { kind: 'bind', project: 'torch', index: 'pytorch-cpu', reason: 'CPU build' }
const anchor: AnyDecision = { kind: 'anchor', group: 'cpu-torch', projects: ['torch'], reason: 'CPU build' }

test.each<[id: string, text: string, decision: AnyDecision, hint: string]>([
  ['sources are no table', '[tool.uv]\nsources = 1\n', bind, 'write by hand: torch = { index = "pytorch-cpu" }'],
  ['a group is no list', '[dependency-groups]\ncpu-torch = "torch"\n', anchor, 'write by hand: torch'],
])('where %s, the hint says what to write', (_, text, decision, hint) => {
  expect(() => edit(read(text, { extension: 'toml' }), [decision])).toThrow(
    expect.objectContaining({ code: 'FILE_UNWRITABLE', hint }),
  )
})
