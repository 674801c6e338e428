import { expect, test } from 'vitest'
import { parseCoreMetadata } from '../../src/packaging/metadata.ts'
import { cpuMetadata } from '../../src/torch/cpu-build.ts'

const needing = (...needs: readonly string[]) =>
  parseCoreMetadata(
    [
      'Metadata-Version: 2.1',
      'Name: torch',
      'Version: 2.13.0',
      ...needs.map(need => `Requires-Dist: ${need}`),
      '',
    ].join('\n'),
  )

test.each([
  {
    id: 'what CUDA needs goes',
    needs: ['filelock', 'nvidia-cublas-cu12==12.1 ; platform_system == "Linux"', 'triton==3.0', 'jinja2'],
    left: ['filelock', 'jinja2'],
  },
  { id: 'what has CUDA in its name and another use stays', needs: ['nvidia-ml-py'], left: ['nvidia-ml-py'] },
  { id: 'a torch of any build stays', needs: ['torch==2.13.0'], left: ['torch==2.13.0'] },
  { id: 'it needs nothing', needs: [], left: [] },
  {
    id: 'the CUDA build of torch says nothing of the CPU build',
    needs: ['numpy', 'torch==2.13.0+cu126'],
    left: undefined,
  },
])('$id', ({ needs, left }) => {
  expect(cpuMetadata(needing(...needs))?.requiresDist).toEqual(left)
})

test('all else is as the public wheel tells it', () => {
  const told = needing('filelock')
  expect(cpuMetadata(told)).toEqual(told)
})
