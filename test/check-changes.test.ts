import { describe, expect, test } from 'vitest'
import { changeFindings } from '../src/check/changes.ts'
import type { Change } from '../src/contract/results/rewrite.ts'

const index = '{ name = "pytorch-cpu", url = "https://download.pytorch.org/whl/cpu", explicit = true }'
const cuda = '[[tool.uv.index]] name = "pytorch-cu128" url = "https://download.pytorch.org/whl/cu128" explicit = true'
const source = 'torch = { index = "pytorch-cpu" }'

const change = (action: Change['action'], name: string, from: string, to: string): Change => ({
  action,
  line: 1,
  name,
  from,
  to,
  reason: 'why',
})

describe('a change of a project, as a finding', () => {
  test.each<[id: string, Change, code: string, message: string]>([
    [
      'an index is missing',
      change('inject', 'pytorch-cpu', '', index),
      'cpu-index-missing',
      'the explicit index pytorch-cpu (https://download.pytorch.org/whl/cpu) is missing: why',
    ],
    [
      'an index is one of CUDA builds',
      change('switch', 'pytorch-cpu', cuda, index),
      'not-cpu-build',
      `${cuda} should be the explicit index pytorch-cpu (https://download.pytorch.org/whl/cpu): why`,
    ],
    [
      'a source is missing',
      change('add', 'torch', '', source),
      'torch-not-named',
      `the source ${source} is missing: why`,
    ],
    [
      'a source leads elsewhere',
      change('switch', 'torch', 'torch = { index = "pytorch-cu128" }', source),
      'not-cpu-build',
      `torch = { index = "pytorch-cu128" } should be ${source}: why`,
    ],
    ['a project is not named', change('add', 'torch', '', 'torch'), 'torch-not-named', 'torch is missing: why'],
    [
      'a release is not locked for CPUs',
      change('switch', 'torch', 'torch==2.13.0', 'torch==2.13.0, torch==2.13.0+cpu'),
      'not-cpu-build',
      'torch==2.13.0 should be torch==2.13.0, torch==2.13.0+cpu: why',
    ],
  ])('%s', (_, change, code, message) => {
    const files = { path: 'pyproject.toml', changed: true, diff: '', changes: [change], diagnostics: [] }
    expect(changeFindings(files, 'torchpin rewrite .')).toEqual([
      { code, level: 'error', path: 'pyproject.toml', line: 1, message, hint: 'torchpin rewrite .' },
    ])
  })
})
