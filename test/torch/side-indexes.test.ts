import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cpuSideIndex,
  cpuWheelPage,
  isSideIndex,
  projectsTiedToTorch,
  torchOfSideIndex,
} from '../../src/torch/side-indexes.ts'

const moved: readonly [torch: string, from: string, to: string][] = [
  ['2.13.0', 'https://data.pyg.org/whl/torch-2.1.0+cu118.html', 'https://data.pyg.org/whl/torch-2.13.0+cpu.html'],
  ['2.13.0', 'https://data.pyg.org/whl/torch-2.1.0%2Bcu118.html', 'https://data.pyg.org/whl/torch-2.13.0%2Bcpu.html'],
  // The page of the patch it names is the page of its minor release.
  ['2.0.1', 'https://data.pyg.org/whl/torch-2.0.1+cu118.html', 'https://data.pyg.org/whl/torch-2.0.1+cpu.html'],
  ['2.0.1', 'https://data.pyg.org/whl/torch-2.0.0+cu117.html', 'https://data.pyg.org/whl/torch-2.0.0+cpu.html'],
  ['2.12.1', 'https://data.pyg.org/whl/torch-2.1.2+cu121.html', 'https://data.pyg.org/whl/torch-2.12.0+cpu.html'],
  // Built for CPU, and for another torch.
  ['2.13.0', 'https://data.pyg.org/whl/torch-2.1.0+cpu.html', 'https://data.pyg.org/whl/torch-2.13.0+cpu.html'],
  ['2.1.0', 'https://data.pyg.org/whl/torch-1.4.0.html', 'https://data.pyg.org/whl/torch-2.1.0+cpu.html'],
  [
    '1.13.1',
    'https://pytorch-geometric.com/whl/torch-1.9.0+cu111.html',
    'https://pytorch-geometric.com/whl/torch-1.13.0+cpu.html',
  ],
  [
    '2.5.1',
    'https://data.pyg.org/whl/nightly/torch-2.5.0+cu124.html',
    'https://data.pyg.org/whl/nightly/torch-2.5.0+cpu.html',
  ],
  [
    '2.13.0',
    'https://user:pass@mirror.example.org:8443/pyg/whl/torch-2.1.0+cu118.html?v=1#x',
    'https://user:pass@mirror.example.org:8443/pyg/whl/torch-2.13.0+cpu.html?v=1#x',
  ],
  [
    '2.1.2',
    'https://download.openmmlab.com/mmcv/dist/cu121/torch2.1.0/index.html',
    'https://download.openmmlab.com/mmcv/dist/cpu/torch2.1.0/index.html',
  ],
  [
    '2.3.1',
    'https://download.openmmlab.com/mmcv/dist/cu121/torch2.1/index.html',
    'https://download.openmmlab.com/mmcv/dist/cpu/torch2.3/index.html',
  ],
  [
    '2.3.1',
    'https://download.openmmlab.com/mmcv/dist/cu121/torch2.1.0/index.html',
    'https://download.openmmlab.com/mmcv/dist/cpu/torch2.3.0/index.html',
  ],
  ['2.3.1', 'https://data.dgl.ai/wheels/torch-2.3/cu121/repo.html', 'https://data.dgl.ai/wheels/torch-2.3/repo.html'],
  ['2.4.0', 'https://data.dgl.ai/wheels/torch-2.2/repo.html', 'https://data.dgl.ai/wheels/torch-2.4/repo.html'],
  ['2.0.1', 'https://data.dgl.ai/wheels/cu118/repo.html', 'https://data.dgl.ai/wheels/repo.html'],
  [
    '1.10.2',
    'https://dl.fbaipublicfiles.com/detectron2/wheels/cu113/torch1.10/index.html',
    'https://dl.fbaipublicfiles.com/detectron2/wheels/cpu/torch1.10/index.html',
  ],
  [
    '2.13.0',
    'https://abetlen.github.io/llama-cpp-python/whl/cu124',
    'https://abetlen.github.io/llama-cpp-python/whl/cpu',
  ],
  [
    '2.13.0',
    'https://abetlen.github.io/llama-cpp-python/whl/cu121/llama-cpp-python/',
    'https://abetlen.github.io/llama-cpp-python/whl/cpu/llama-cpp-python/',
  ],
  [
    '2.13.0',
    'https://www.paddlepaddle.org.cn/packages/stable/cu126/',
    'https://www.paddlepaddle.org.cn/packages/stable/cpu/',
  ],
  ['2.13.0', 'https://wheels.vllm.ai/0.17.0/cu130', 'https://wheels.vllm.ai/0.17.0/cpu'],
  ['2.13.0', 'https://wheels.vllm.ai/nightly/cu129/', 'https://wheels.vllm.ai/nightly/cpu/'],
  ['2.13.0', 'https://wheels.vllm.ai/nightly', 'https://wheels.vllm.ai/nightly/cpu'],
  ['2.13.0', 'https://k2-fsa.github.io/k2/cuda.html', 'https://k2-fsa.github.io/k2/cpu.html'],
  ['2.13.0', 'https://csukuangfj.github.io/kaldifeat/cuda.html', 'https://csukuangfj.github.io/kaldifeat/cpu.html'],
  [
    '2.8.0',
    'https://pytorch-extension.intel.com/release-whl/stable/xpu/us/',
    'https://pytorch-extension.intel.com/release-whl/stable/cpu/us/',
  ],
]

/** Pages that end without a slash, or without an index.html. */
const bare: readonly [torch: string, from: string, to: string][] = [
  [
    '2.3.1',
    'https://download.openmmlab.com/mmcv/dist/cu121/torch2.1',
    'https://download.openmmlab.com/mmcv/dist/cpu/torch2.3',
  ],
  [
    '1.10.2',
    'https://dl.fbaipublicfiles.com/detectron2/wheels/cu113/torch1.9',
    'https://dl.fbaipublicfiles.com/detectron2/wheels/cpu/torch1.10',
  ],
  [
    '2.13.0',
    'https://www.paddlepaddle.org.cn/packages/stable/cu126',
    'https://www.paddlepaddle.org.cn/packages/stable/cpu',
  ],
]

/** Where no torch is installed. */
const withoutTorch: readonly [url: string, to: string | undefined][] = [
  ['https://data.pyg.org/whl/torch-2.1.0+cu118.html', undefined],
  ['https://wheels.vllm.ai/0.17.0/cu130?v=1', 'https://wheels.vllm.ai/0.17.0/cpu?v=1'],
]

const pyg = ['pyg-lib', 'torch-scatter', 'torch-sparse', 'torch-cluster', 'torch-spline-conv']

/** What a URL is, whatever torch is installed. */
const read: readonly [url: string, isSide: boolean, torch: string | undefined, tied: readonly string[] | undefined][] =
  [
    ['https://data.pyg.org/whl/torch-2.1.0+cu118.html', true, '2.1.0', pyg],
    ['https://data.pyg.org/whl/torch-2.1.0+cu118.html?v=1#x', true, '2.1.0', pyg],
    ['https://data.dgl.ai/wheels/torch-2.3/cu121/repo.html', true, '2.3', ['dgl']],
    ['https://data.dgl.ai/wheels/cu118/repo.html', true, undefined, undefined],
    ['https://wheels.vllm.ai/nightly#x', true, undefined, undefined],
    ['https://example.org/simple', false, undefined, undefined],
  ]

const left: readonly [why: string, torch: string, url: string][] = [
  ['for CPU and this torch', '2.13.0', 'https://data.pyg.org/whl/torch-2.13.0+cpu.html'],
  ['for CPU and this minor release', '2.5.1', 'https://data.pyg.org/whl/torch-2.5.0+cpu.html'],
  ['a variable', '2.13.0', 'https://data.pyg.org/whl/torch-${TORCH}+${CUDA}.html'],
  ['a variable elsewhere', '2.13.0', 'https://${USER}@data.pyg.org/whl/torch-2.1.0+cu118.html'],
  ['no release', 'main', 'https://data.pyg.org/whl/torch-2.1.0+cu118.html'],
  ['the overview of all pages', '2.13.0', 'https://data.pyg.org/whl/'],
  ['a folder', '2.13.0', './whl/torch-2.1.0+cu118.html'],
  [
    'a wheel',
    '2.1.0',
    'https://download.openmmlab.com/mmcv/dist/cu118/torch2.1.0/mmcv-2.1.0-cp39-cp39-manylinux1_x86_64.whl',
  ],
  ['the CPU page', '2.13.0', 'https://k2-fsa.github.io/k2/cpu.html'],
  ['another host', '2.13.0', 'https://example.org/k2/cuda.html'],
  ['another host', '2.13.0', 'https://example.org/packages/stable/cu126/'],
  ['no CPU build beside it', '2.13.0', 'https://huggingface.github.io/autogptq-index/whl/cu118'],
  ['Metal', '2.13.0', 'https://abetlen.github.io/llama-cpp-python/whl/metal'],
  ['ROCm', '2.13.0', 'https://wheels.vllm.ai/rocm/0.16.0/rocm700'],
  ['torch itself', '2.13.0', 'https://download.pytorch.org/whl/cu118'],
  ['torch itself', '2.13.0', 'https://download.pytorch.org/whl/torch_stable.html'],
]

describe('cpuSideIndex', () => {
  test.each([...moved, ...bare])('torch %s: %s leads to %s', (torch, from, to) =>
    expect(cpuSideIndex(from, torch)?.url).toBe(to),
  )

  test.each(left)('%s: torch %s, %s stays', (_, torch, url) => expect(cpuSideIndex(url, torch)).toBeUndefined())

  test.each(withoutTorch)('without a torch, %s leads to %s', (url, to) =>
    expect(cpuSideIndex(url, undefined)?.url).toBe(to),
  )

  test('tells whose wheels a link leads to, and when the page has ended before this torch', () => {
    const page = 'https://download.openmmlab.com/mmcv/dist/cu121/torch2.4/index.html'
    expect(cpuSideIndex(page, '2.4.1')).toEqual({
      url: 'https://download.openmmlab.com/mmcv/dist/cpu/torch2.4/index.html',
      projects: ['mmcv', 'mmcv-full'],
    })
    expect(cpuSideIndex(page, '2.13.0')).toEqual({
      url: 'https://download.openmmlab.com/mmcv/dist/cpu/torch2.13/index.html',
      projects: ['mmcv', 'mmcv-full'],
      endedWith: '2.4',
    })
  })

  test('changes neither host nor query, and nothing the second time', () => {
    const torch = fc.constantFrom('1.10.0', '2.1.2', '2.4.1', '2.13.0')
    const link = fc.constantFrom(...moved.map(([, from]) => from), ...left.map(([, , url]) => url))
    const query = fc.constantFrom('', '?', '?v=1', '#sha256=0', '?a=/whl/torch-2.1.0+cu118.html#b')
    let changed = 0
    fc.assert(
      fc.property(link, query, torch, (page, more, release) => {
        const url = page.replace(/[?#].*/, '') + more
        const once = cpuSideIndex(url, release)
        if (!once) return
        changed++
        expect(once.url.slice(once.url.length - more.length)).toBe(more)
        expect(new URL(once.url).origin).toBe(new URL(url).origin)
        expect(cpuSideIndex(once.url, release)).toBeUndefined()
      }),
    )
    expect(changed).toBeGreaterThan(0)
  })
})

test.each([
  ['torch-scatter', '2.13.0', 'https://data.pyg.org/whl/torch-2.13.0+cpu.html'],
  ['pyg-lib', '2.5.1', 'https://data.pyg.org/whl/torch-2.5.0+cpu.html'],
  ['mmcv', '2.4.1', 'https://download.openmmlab.com/mmcv/dist/cpu/torch2.4/index.html'],
  ['mmcv', '2.5.0', undefined],
  ['dgl', '2.4.0', 'https://data.dgl.ai/wheels/torch-2.4/repo.html'],
  ['dgl', '2.10.0', undefined],
  ['llama-cpp-python', '2.13.0', 'https://abetlen.github.io/llama-cpp-python/whl/cpu'],
  ['paddlepaddle', '2.13.0', undefined],
  ['numpy', '2.13.0', undefined],
])('CPU wheels of %s for torch %s are at %s', (project, torch, page) => expect(cpuWheelPage(project, torch)).toBe(page))

test.each(read)('%s: a page of another project: %s, for torch %s, which %s are tied to', (url, isSide, torch, tied) => {
  expect([isSideIndex(url), torchOfSideIndex(url), projectsTiedToTorch(url)]).toEqual([isSide, torch, tied])
})

test('there is no page of wheels for what is no release of torch', () =>
  expect(cpuWheelPage('torch-scatter', 'main')).toBeUndefined())
