import { describe, expect, test } from 'vitest'
import { ofGpuPackages } from '../../../src/decide/notices/gpu-packages.ts'
import { indexOptionsIn } from '../../../src/formats/requirements/index-options.ts'
import type { Resolution } from '../../../src/resolve/resolve.ts'
import { linesByFile, type RequirementLine } from '../../../src/torch/lines.ts'
import { fileOf } from '../../requirements/file-of.ts'
import { chosen, linesOf } from '../given.ts'

function told(text: string, resolution: Resolution = chosen({}), more: Partial<RequirementLine> = {}) {
  const file = fileOf(text)
  const found = linesOf(file)
  const lines = { ...found, requirements: found.requirements.map(line => ({ ...line, ...more })) }
  const own = linesByFile(lines)(file)
  return ofGpuPackages({ file, own }, indexOptionsIn(file), lines, resolution).map(({ code, line }) => [code, line])
}

describe('what is told of packages for GPUs', () => {
  test.each<[id: string, text: string, expected: unknown[], more?: Partial<RequirementLine>]>([
    ['one that goes', 'a\nflash-attn\n', [['no-cpu-form', 2]]],
    ['one that gives way', 'faiss-gpu\n', [['replaced', 1]]],
    ['one that is needed', 'nvidia-cublas-cu12\n', [['gpu-package-needed', 1]], { retainedBecause: 'needed' }],
    [
      'one of which nothing is proved',
      'nvidia-cublas-cu12\n',
      [['cuda-package-unproved', 1]],
      { retainedBecause: 'unproved' },
    ],
    ['one that stays', 'nvidia-ml-py\n', [['gpu-package', 1]]],
    ['one that could be smaller', 'tensorflow\n', [['smaller-build', 1]]],
    ['a name that misleads', 'pytorch\n', [['misleading-name', 1]]],
    ['none that is kept', 'flash-attn  # torchpin: keep\n', []],
    ['none that does not apply', 'flash-attn ; python_version < "3"\n', []],
  ])('%s', (_, text, expected, more) => expect(told(text, chosen({}), more)).toEqual(expected))

  test('those that a line brings, at that line', () => {
    const resolution = chosen({ shap: '0.44.0', xgboost: '2.0.0' }, { needs: { shap: ['xgboost'] } })
    expect(told('flask\nshap\n', resolution)).toEqual([['gpu-package-needed', 2]])
  })

  test('a page that ended before the torch that is installed', () => {
    const text = '-f https://data.dgl.ai/wheels/torch-2.1/cu118/repo.html\n'
    expect(told(text, chosen({ torch: '2.6.0+cpu' }))).toEqual([['page-ended', 1]])
    expect(told(text, chosen({ torch: '2.1.0+cpu' }))).toEqual([])
  })
})
