import { describe, expect, test } from 'vitest'
import { readTorchIndexUrl, sameIndex } from '../../src/torch/index-urls.ts'

const cpu = 'https://download.pytorch.org/whl/cpu'

describe('readTorchIndexUrl', () => {
  test.each([
    [cpu, 'cpu'],
    [`${cpu}/`, 'cpu'],
    ['https://download.pytorch.org/whl/cu118', 'accelerator'],
    ['https://download.pytorch.org/whl/cu121/', 'accelerator'],
    ['https://download.pytorch.org/whl/rocm6.2', 'accelerator'],
    ['https://download.pytorch.org/whl/xpu', 'accelerator'],
    ['https://download.pytorch.org/whl/nightly/cu126', 'accelerator'],
    ['https://download.pytorch.org/whl/cu118/torch/', 'accelerator'],
    ['https://download.pytorch.org/whl/torch_stable.html', 'stable-page'],
    ['https://download.pytorch.org/whl/cpu/torch_stable.html', 'stable-page'],
    ['https://download.pytorch.org/whl', 'mixed'],
    ['https://mirror.example.org/pytorch-wheels/cu118', 'accelerator'],
  ])('%s is %s', (url, kind) => expect(readTorchIndexUrl(url, cpu)?.kind).toBe(kind))

  test.each([
    'https://data.pyg.org/whl/torch-2.1.0+cu118.html',
    'https://example.org/simple',
    'https://example.org/cu118',
    'https://k2-fsa.example.org/cuda.html',
    './wheels',
  ])('%s is none of them', url => expect(readTorchIndexUrl(url, cpu)).toBeUndefined())
})

test('a slash at the end and the case of the host make no difference', () => {
  expect(sameIndex('https://Download.PyTorch.org/whl/cpu/', cpu)).toBe(true)
  expect(sameIndex('https://download.pytorch.org/whl/cpu2', cpu)).toBe(false)
})
