import type { IndexSpec } from '../loopback/indexes.ts'

const pythons = ['38', '39', '310', '311', '312']
const linux = pythons.map(python => `cp${python}-cp${python}-linux_x86_64`)
const manylinux = pythons.map(python => `cp${python}-cp${python}-manylinux_2_28_x86_64`)
const arm = pythons.map(python => `cp${python}-cp${python}-manylinux_2_28_aarch64`)
const pure = { tags: ['py3-none-any'] }
const needing = (...requires: string[]) => ({ ...pure, requires })

/** torch, with what goes with it. */
const releases = [
  { torch: '1.13.1', torchvision: '0.14.1', torchaudio: '0.13.1', cuda: 'nvidia-cublas-cu11' },
  { torch: '2.0.1', torchvision: '0.15.2', torchaudio: '2.0.2', cuda: 'nvidia-cublas-cu11' },
  { torch: '2.1.0', torchvision: '0.16.0', torchaudio: '2.1.0', cuda: 'nvidia-cublas-cu12' },
] as const

function family(label: string, tags: readonly string[]): IndexSpec {
  const of = (project: 'torchvision' | 'torchaudio') =>
    Object.fromEntries(
      releases.map(release => [release[project] + label, { tags, requires: [`torch==${release.torch}`] }]),
    )
  const torch = Object.fromEntries(
    releases.map(({ torch, cuda }) => [
      torch + label,
      { tags, requires: label === '+cpu' ? ['numpy'] : ['numpy', `${cuda} ; platform_system == "Linux"`] },
    ]),
  )
  return { torch, torchvision: of('torchvision'), torchaudio: of('torchaudio') }
}

/** An index of CPU builds, as new as the public one. */
export const ciCpu: IndexSpec = {
  ...family('+cpu', [...linux, ...arm]),
  // A copy of what torch needs.
  numpy: { '1.26.4': pure, '2.0.0': pure },
}

/** The public index: torch for CUDA, and what workflows of its users install. */
export const ciMain: IndexSpec = {
  ...family('', manylinux),
  'nvidia-cublas-cu11': { '11.10.3': { tags: ['py3-none-manylinux1_x86_64'] } },
  'nvidia-cublas-cu12': { '12.1.3': { tags: ['py3-none-manylinux1_x86_64'] } },
  accelerate: { '0.24.0': needing('torch>=1.10', 'numpy') },
  'sentence-transformers': { '2.2.2': needing('torch>=1.6', 'numpy', 'transformers') },
  transformers: { '4.35.0': needing('numpy', 'torch>=1.10 ; extra == "torch"'), '4.36.1': needing('numpy') },
  'pytorch-lightning': { '2.1.0': needing('torch>=1.12') },
  timm: { '0.9.10': needing('torch>=1.7', 'torchvision') },
  fastapi: { '0.104.1': pure },
  requests: { '2.31.0': pure },
  numpy: { '1.26.4': pure, '2.0.0': pure },
  pytest: { '7.4.3': pure },
  'pytest-cov': { '4.1.0': pure },
  mypy: { '1.7.0': pure },
  setuptools: { '69.5.1': pure },
  wheel: { '0.41.0': pure },
  onnxruntime: { '1.16.3': needing('numpy') },
  'opencv-python-headless': { '4.8.1': needing('numpy') },
  'torch-scatter': { '2.1.2': pure },
}

/** Pages of links: builds for all accelerators, CPU builds alone, and those of a project that is built for each torch. */
export const ciPages: Readonly<Record<string, IndexSpec>> = {
  'pytorch/torch_stable.html': {
    torch: { ...family('+cpu', linux)['torch'], ...family('+cu118', linux)['torch'] },
    torchvision: { ...family('+cpu', linux)['torchvision'], ...family('+cu118', linux)['torchvision'] },
  },
  'pytorch/cpu.html': family('+cpu', linux),
  'whl/torch-2.1.0+cpu.html': { 'torch-scatter': { '2.1.2+pt21cpu': { tags: linux } } },
}
