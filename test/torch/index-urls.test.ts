import { describe, expect, test } from 'vitest'
import { readTorchIndexUrl, sameIndex, switchesMainIndex } from '../../src/torch/index-urls.ts'

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
    'https://example.org/whl',
    'https://example.org/whl/cpu',
    'https://someone.github.io/pytorch/whl/cu118',
    'http://someone.github.io/pytorch/whl/cu118',
    'https://example.org/pytorch/my-torch.html',
    'https://example.org/pytorch/torch.html5',
    'https://example.org/pytorch/torch_other.html',
    'https://example.org/mypytorch/cu118',
    'https://example.org/pytorchish/cu118',
  ])('%s is none of them', url => expect(readTorchIndexUrl(url, cpu)).toBeUndefined())
})

test('a slash at the end and the case of the host make no difference', () => {
  expect(sameIndex('https://Download.PyTorch.org/whl/cpu/', cpu)).toBe(true)
  expect(sameIndex('https://download.pytorch.org/whl/cpu2', cpu)).toBe(false)
})

describe('what stands before the folder of the accelerator', () => {
  const own = 'https://download.pytorch.org/whl'
  test.each([
    [cpu, 'cpu', own],
    [`${own}/cu118`, 'accelerator', own],
    [`${own}/cu118/torch/`, 'accelerator', own],
    [`${own}/nightly/cu126`, 'accelerator', `${own}/nightly`],
    [`${own}/torch.html`, 'stable-page', own],
    [`${own}/torch_nightly.html`, 'stable-page', own],
    [`${own}/`, 'mixed', own],
    ['https://mirror.example.org/pytorch/cpu', 'cpu', 'https://mirror.example.org/pytorch'],
    ['https://mirror.example.org/pytorch/whl', 'mixed', 'https://mirror.example.org/pytorch/whl'],
    [
      'https://example.github.io.example.org/pytorch/cu118',
      'accelerator',
      'https://example.github.io.example.org/pytorch',
    ],
    ['file:///mnt/https://x.github.io/pytorch/cu118', 'accelerator', 'file:///mnt/https://x.github.io/pytorch'],
    ['pytorch/cu118', 'accelerator', 'pytorch'],
    ['https://mirror.example.org/cu118/pytorch', 'accelerator', 'https://mirror.example.org'],
  ])('%s: %s below %s', (url, kind, base) => expect(readTorchIndexUrl(url, cpu)).toEqual({ kind, base }))

  test('an own index of CPU builds, whatever it is called', () => {
    const url = 'https://example.org/wheels/ours'
    expect(readTorchIndexUrl(`${url}/`, url)).toEqual({ kind: 'cpu', base: 'https://example.org/wheels' })
  })
})

test.each([
  ['an index for CUDA', 'https://download.pytorch.org/whl/cu118', true],
  ['the index of all builds', 'https://download.pytorch.org/whl', true],
  ['the index of CPU builds', cpu, false],
  ['a mirror of it', 'https://mirror.example.org/pytorch/cpu', false],
  ['another index', 'https://example.org/simple', false],
])('as the main index, %s gives way to the CPU index: %s %s', (_, url, gives) =>
  expect(switchesMainIndex(url, cpu)).toBe(gives),
)

test('credentials make no difference, and what is no URL is compared as it is written', () => {
  expect(sameIndex('https://me:secret@download.pytorch.org/whl/cpu', cpu)).toBe(true)
  expect(sameIndex('./wheels/', './wheels')).toBe(true)
  expect(sameIndex('./wheels', './Wheels')).toBe(false)
})
