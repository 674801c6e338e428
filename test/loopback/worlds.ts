import type { IndexSpec } from './indexes.ts'

const linux = (python: string): string => `cp${python}-cp${python}-linux_x86_64`
const manylinux = (python: string): string => `cp${python}-cp${python}-manylinux_2_28_x86_64`
const pure = { tags: ['py3-none-any'] }
const needs = ['filelock', 'typing-extensions>=4.8', 'numpy<3 ; extra == "np"']

/** A CPU index in which 2.1.0 is the newest torch, as when the guide was written. */
export const cpu2023: IndexSpec = {
  torch: {
    '2.0.0+cpu': { tags: ['310', '311'].map(linux), requires: needs },
    '2.0.1+cpu': { tags: ['310', '311'].map(linux), requires: needs },
    '2.1.0+cpu': { tags: ['310', '311'].map(linux), requires: needs },
    '2.1.0': { tags: ['cp311-none-macosx_11_0_arm64'], requires: needs },
  },
  torchvision: {
    '0.15.2+cpu': { tags: ['310', '311'].map(linux), requires: ['torch==2.0.1', 'numpy'] },
    '0.16.0+cpu': { tags: ['310', '311'].map(linux), requires: ['torch==2.1.0', 'numpy'] },
    '0.16.0': { tags: ['cp311-cp311-macosx_11_0_arm64'], requires: ['torch==2.1.0', 'numpy'] },
  },
}

/** A small public index beside it, whose torch is newer and carries CUDA. */
export const main2023: IndexSpec = {
  torch: {
    '2.0.1': {
      tags: ['310', '311'].map(manylinux),
      requires: [
        ...needs,
        'nvidia-cublas-cu11==11.10.3.66 ; platform_system == "Linux"',
        'triton==2.0.0 ; platform_system == "Linux"',
      ],
    },
    '2.1.0': {
      tags: ['310', '311'].map(manylinux),
      requires: [
        ...needs,
        'nvidia-cublas-cu12==12.1.3.1 ; platform_system == "Linux"',
        'triton==2.1.0 ; platform_system == "Linux"',
      ],
    },
    '2.1.1': {
      tags: ['310', '311'].map(manylinux),
      requires: [
        ...needs,
        'nvidia-cublas-cu12==12.1.3.1 ; platform_system == "Linux"',
        'triton==2.1.0 ; platform_system == "Linux"',
      ],
    },
  },
  torchvision: {
    '0.16.0': { tags: ['310', '311'].map(manylinux), requires: ['torch==2.1.0', 'numpy'] },
    '0.16.1': { tags: ['310', '311'].map(manylinux), requires: ['torch==2.1.1', 'numpy'] },
  },
  'nvidia-cublas-cu11': { '11.10.3.66': { tags: ['py3-none-manylinux1_x86_64'] } },
  'nvidia-cublas-cu12': { '12.1.3.1': { tags: ['py3-none-manylinux1_x86_64'] } },
  triton: {
    '2.0.0': { tags: [manylinux('311')] },
    '2.1.0': { tags: ['310', '311'].map(manylinux), requires: ['filelock'] },
  },
  filelock: { '3.12.0': pure, '3.13.1': pure },
  'typing-extensions': { '4.7.1': pure, '4.8.0': pure, '4.9.0rc1': pure },
  numpy: {
    '1.26.4': pure,
    '2.0.0': { ...pure, requiresPython: '>=3.9' },
    '2.4.0': { ...pure, requiresPython: '>=3.12' },
  },
  fastapi: {
    '0.104.0': { ...pure, requires: ['typing-extensions>=4.8.0'] },
    '0.104.1': { ...pure, requires: ['typing-extensions>=4.8.0'] },
  },
  'sentence-transformers': { '2.2.2': { ...pure, requires: ['torch>=1.6.0', 'torchvision', 'numpy'] } },
  requests: { '2.31.0': pure },
  'onnxruntime-gpu': { '1.16.3': pure, '1.17.0': pure },
  onnxruntime: { '1.15.1': pure, '1.16.2': pure, '1.16.3': pure },
  'faiss-gpu': { '1.7.2': pure },
  'faiss-gpu-cu12': { '1.8.0': { ...pure, requires: ['nvidia-cublas-cu12'] } },
  'faiss-cpu': { '1.7.4': pure, '1.8.0': { ...pure, requires: ['numpy'] } },
  xgboost: { '2.0.3': { ...pure, requires: ['numpy', 'nvidia-nccl-cu12 ; platform_system == "Linux"'] } },
  'xgboost-cpu': { '2.0.3': { ...pure, requires: ['numpy'] } },
  'nvidia-nccl-cu12': { '2.19.3': { tags: ['py3-none-manylinux1_x86_64'] } },
  shap: { '0.44.0': { ...pure, requires: ['xgboost'] } },
  'flash-attn': { '2.5.8': { ...pure, requires: ['torch'] } },
  xformers: { '0.0.22': { ...pure, requires: ['torch==2.0.1'] } },
  'cupy-cuda12x': { '12.2.0': pure },
  'nvidia-ml-py': { '12.535.133': pure },
  'nvidia-cuda-nvrtc-cu12': { '12.1.105': { tags: ['py3-none-manylinux1_x86_64'] } },
  'nvidia-dali-cuda120': { '1.30.0': { tags: ['py3-none-manylinux1_x86_64'] } },
  jax: { '0.4.20': { ...pure, requires: ['numpy', 'jax-cuda12-plugin ; extra == "cuda12"'] } },
  optimum: { '1.14.0': { ...pure, requires: ['onnxruntime>=1.15 ; extra == "onnxruntime"'] } },
  tensorflow: { '2.14.0': { ...pure, requires: ['nvidia-cublas-cu12 ; extra == "and-cuda"'] } },
  'torch-scatter': { '2.1.1': pure },
  scipy: {
    '1.10.1': { ...pure, requiresPython: '>=3.8,<3.12' },
    '1.12.0': { ...pure, requiresPython: '>=3.12' },
  },
  flask: { '2.3.3': pure, '3.0.0': pure },
}

/** The pages of a project that builds its wheels for each torch release and accelerator. */
export const pages2023: Readonly<Record<string, IndexSpec>> = {
  'whl/torch-2.0.0+cu118.html': { 'torch-scatter': { '2.1.2+pt20cu118': { tags: ['310', '311'].map(linux) } } },
  'whl/torch-2.0.0+cpu.html': { 'torch-scatter': { '2.1.2+pt20cpu': { tags: ['310', '311'].map(linux) } } },
  'whl/torch-2.1.0+cpu.html': { 'torch-scatter': { '2.1.2+pt21cpu': { tags: ['310', '311'].map(linux) } } },
}

const tags = (pythons: readonly string[], platforms: readonly string[]): string[] =>
  pythons.flatMap(python => platforms.map(platform => `cp${python.replace('t', '')}-cp${python}-${platform}`))
const linuxAndWindows = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64', 'win_amd64']
const onMac = ['macosx_14_0_arm64']
const everywhere = linuxAndWindows.map(platform => `py3-none-${platform}`)

/** A CPU index as of November 2026 in small: companions that are built for one torch, and such as go with every later one. */
export const cpu2026: IndexSpec = {
  torch: {
    '2.15.0+cpu': {
      tags: tags(['311', '312', '313', '314', '314t'], linuxAndWindows),
      uploadTime: '2026-11-18T17:02:11Z',
    },
    '2.15.0': { tags: tags(['311', '312', '313', '314', '314t'], onMac), uploadTime: '2026-11-18T17:05:40Z' },
    '2.14.1+cpu': { tags: tags(['310', '311', '312', '313', '314'], linuxAndWindows) },
    '2.14.1': { tags: tags(['310', '311', '312', '313', '314'], onMac) },
    '2.14.0+cpu': { tags: tags(['310', '311', '312', '313', '314'], linuxAndWindows) },
    '2.13.0+cpu': { tags: tags(['310', '311', '312', '313', '314'], linuxAndWindows) },
    '2.13.0': { tags: tags(['310', '311', '312', '313', '314'], onMac) },
    '2.12.1+cpu': { tags: tags(['310', '311', '312'], linuxAndWindows) },
    '2.5.1+cpu': { tags: tags(['39', '310', '311', '312'], ['linux_x86_64', 'win_amd64']) },
    '2.5.1': { tags: tags(['39', '310', '311', '312'], ['manylinux_2_17_aarch64.manylinux2014_aarch64']) },
    '2.3.1+cpu': { tags: tags(['38', '39', '310', '311'], ['linux_x86_64']) },
    '2.16.0rc1+cpu': { tags: tags(['314'], linuxAndWindows) },
  },
  torchvision: {
    '0.29.2+cpu': { tags: everywhere, requires: ['numpy', 'torch>=2.14.0'], requiresPython: '>=3.10,!=3.14.1' },
    '0.29.1+cpu': { tags: tags(['310', '311', '314'], linuxAndWindows), requires: ['torch (>=2.14.0)'] },
    '0.29.0+cpu': { tags: tags(['310', '311', '314'], linuxAndWindows), requires: ['torch (==2.14.0)'] },
    '0.28.0+cpu': { tags: tags(['310', '311'], linuxAndWindows), requires: ['torch (==2.13.0)'] },
    '0.27.1+cpu': { tags: tags(['310', '311'], linuxAndWindows), requires: ['torch (==2.12.1)'] },
    '0.20.1+cpu': { tags: tags(['310', '311'], ['linux_x86_64']), requires: ['torch (==2.5.1)'] },
    '0.18.1+cpu': { tags: tags(['310', '311'], ['linux_x86_64']), requires: ['torch (==2.3.1)'] },
    '0.11.3+cpu': { tags: tags(['39'], ['linux_x86_64']), requires: ['torch (==1.10.2)'] },
    '0.2.0': { tags: ['py2.py3-none-any'], requires: ['torch'] },
  },
  torchaudio: {
    '2.11.1+cpu': { tags: everywhere, requires: ['torch>=2.11'], requiresPython: '>=3.10' },
    '2.11.0+cpu': { tags: tags(['310', '311', '314'], linuxAndWindows) },
    '2.5.1+cpu': { tags: tags(['310', '311'], ['linux_x86_64']), requires: ['torch==2.5.1'] },
  },
  torchtext: {
    '0.18.0+cpu': { tags: tags(['310', '311'], ['linux_x86_64']), requires: ['tqdm', 'torch (>=2.3.0)'] },
  },
  torchcodec: {
    '0.17.0+cpu': { tags: tags(['310', '311', '314'], linuxAndWindows), requires: ['numpy ; extra == "dev"'] },
    '0.16.0+cpu': { tags: tags(['310', '311', '314'], linuxAndWindows) },
  },
  torchao: {
    '0.16.0+cpu': { tags: ['cp310-abi3-manylinux_2_28_x86_64'] },
    '0.16.0+cu130': { tags: ['cp310-abi3-manylinux_2_28_x86_64'] },
    '0.8.0+cpu': { tags: ['py3-none-any'], requires: ['torch>=2.0 ; extra == "dev"'] },
  },
}
