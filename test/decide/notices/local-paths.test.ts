import { expect, test } from 'vitest'
import { ofLocalPath } from '../../../src/decide/notices/local-paths.ts'
import { fileOf } from '../../requirements/file-of.ts'
import { linesOf } from '../given.ts'

test.each([
  ['where conda built it', 'numpy @ file:///croot/numpy_1704/work', 'conda-build-path', /VERSION/],
  ['a wheel that conda built', 'x @ file:///bld/x-1.0-py3-none-any.whl', 'conda-build-path', /write x==1.0$/],
  ['torch from a path', 'torch @ file:///home/me/torch', 'torch-from-url', /write torch without the path/],
  ['another path', 'x @ file:///home/me/x', 'direct-reference', /write x==VERSION/],
  ['a URL of the web', 'x @ https://example.org/x-1.0-py3-none-any.whl', undefined, undefined],
])('%s', (_, text, code, hint) => {
  const notice = ofLocalPath(linesOf(fileOf(`${text}\n`)).direct[0]!)
  expect(notice?.code).toBe(code)
  if (hint) expect(notice?.hint).toMatch(hint)
})
