import { DEFAULT_CPU_INDEX_URL } from '../../src/contract/options.ts'
import { type IndexSpec, type Loopback, serveIndexes } from './indexes.ts'

const pythons = ['11', '12', '13']
const tagsOf = (...platforms: readonly string[]) =>
  pythons.flatMap(python => platforms.map(platform => `cp3${python}-cp3${python}-${platform}`))
const linux = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64']
const windows = 'win_amd64'
const mac = 'macosx_14_0_arm64'
const pure = { tags: ['py3-none-any'] }
const nvidia = { tags: [...linux, windows].map(platform => `py3-none-${platform}`) }
const onLinux = (...lines: readonly string[]) => lines.map(line => `${line} ; platform_system == "Linux"`)

/** What the CUDA builds of a release need on Linux; from 2.12 on, the libraries of CUDA 13. */
const cuda12 = onLinux('nvidia-cublas-cu12==12.8.4.1', 'triton==3.4.0')
const cuda13 = onLinux('nvidia-cublas==13.1.0.3', 'cuda-bindings==13.0.3', 'triton==3.7.0')

interface Release {
  readonly torchvision: string
  readonly torchaudio?: string
  readonly cuda: readonly string[]
}
/** Releases of torch, what goes with each, and what its CUDA build needs. */
const releases = {
  '2.5.1': { torchvision: '0.20.1', torchaudio: '2.5.1', cuda: cuda12 },
  '2.8.0': { torchvision: '0.23.0', torchaudio: '2.8.0', cuda: cuda12 },
  '2.12.0': { torchvision: '0.27.0', cuda: cuda13 },
  '2.13.0': { torchvision: '0.28.0', cuda: cuda13 },
  '2.15.0': { torchvision: '0.30.0', cuda: cuda13 },
} satisfies Readonly<Record<string, Release>>
type Torch = keyof typeof releases

/** The family at some releases, as one index builds it. */
function family(torches: readonly Torch[], label: string, tags: readonly string[], withCuda: boolean): IndexSpec {
  const spec: Record<string, Record<string, IndexSpec[string][string]>> = { torch: {}, torchvision: {}, torchaudio: {} }
  for (const torch of torches) {
    const { torchvision, torchaudio, cuda }: Release = releases[torch]
    spec['torch']![torch + label] = {
      tags,
      requires: ['filelock', 'typing-extensions', ...(withCuda ? cuda : [])],
      requiresPython: '>=3.9',
    }
    spec['torchvision']![torchvision + label] = {
      tags,
      requires: ['numpy', `torch==${torch}`],
      requiresPython: '>=3.9',
    }
    if (torchaudio) spec['torchaudio']![torchaudio + label] = { tags, requires: [`torch==${torch}`] }
  }
  return spec
}
/** Both, version by version. */
const merged = (one: IndexSpec, other: IndexSpec): IndexSpec =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map(name => [name, { ...one[name], ...other[name] }]),
  )

const onCpuIndex: readonly Torch[] = ['2.5.1', '2.8.0', '2.12.0', '2.13.0']
const plain: IndexSpec = {
  filelock: { '3.20.0': pure },
  'typing-extensions': { '4.15.0': pure },
  numpy: { '2.1.2': pure },
  requests: { '2.28.1': pure },
}

/** Ends before the public index, has no CUDA, no label on macOS, and old copies of plain packages. */
const cpuSpec: IndexSpec = {
  ...plain,
  ...merged(family(onCpuIndex, '+cpu', tagsOf(...linux, windows), false), family(onCpuIndex, '', tagsOf(mac), false)),
}
const libraries: IndexSpec = {
  'nvidia-cublas-cu12': { '12.8.4.1': nvidia },
  'nvidia-cublas': { '13.1.0.3': nvidia },
  triton: { '3.4.0': { tags: tagsOf(...linux) }, '3.7.0': { tags: tagsOf(...linux) } },
}
const cu128Spec: IndexSpec = {
  ...plain,
  ...libraries,
  ...family(['2.8.0', '2.12.0', '2.13.0'], '+cu128', tagsOf(...linux, windows), true),
}
const everywhere = (...versions: readonly string[]): IndexSpec[string] =>
  Object.fromEntries(versions.map(version => [version, { tags: tagsOf(...linux, windows, mac), requires: ['numpy'] }]))
const publicSpec: IndexSpec = {
  ...plain,
  ...libraries,
  ...family([...onCpuIndex, '2.15.0'], '', tagsOf(...linux, windows, mac), true),
  numpy: { '2.1.2': pure, '2.3.4': pure },
  requests: { '2.28.1': pure, '2.32.5': pure },
  flask: { '3.1.2': pure },
  pytest: { '9.0.1': pure },
  'cuda-bindings': { '13.0.3': { tags: tagsOf(...linux, windows) } },
  'sentence-transformers': { '5.1.0': { ...pure, requires: ['torch>=1.11.0', 'numpy', 'requests'] } },
  timm: { '1.0.20': { ...pure, requires: ['torch', 'torchvision', 'numpy'] } },
  spacy: {
    '3.8.7': { ...pure, requires: ['numpy', "cupy-cuda12x>=11.5.0 ; extra == 'cuda12x'"], extras: ['cuda12x'] },
  },
  'cupy-cuda12x': { '13.6.0': { tags: tagsOf(...linux, windows), requires: ['numpy'] } },
  'cublas-user': { '1.0': { ...pure, requires: onLinux('nvidia-cublas==13.1.0.3') } },
  'faiss-gpu-cu12': { '1.12.0': { tags: tagsOf(linux[0]!), requires: onLinux('nvidia-cublas-cu12>=12.1.3.1') } },
  'faiss-cpu': everywhere('1.12.0', '1.13.0'),
  'onnxruntime-gpu': { '1.23.2': { tags: tagsOf(linux[0]!, windows), requires: ['numpy'] } },
  onnxruntime: everywhere('1.23.2', '1.24.0'),
}

export interface ProjectIndexes extends Pick<Loopback, 'cpu' | 'main' | 'requests' | 'close'> {
  /** Puts hosts of this machine where the fixtures have their placeholders. */
  placed(text: string): string
  /** The same text as the fixtures have it. */
  recorded(text: string): string
}

/** Serves what the projects in fixtures/uv-projects are locked against: CPU builds, builds for CUDA 12.8, and a public index. */
export async function serveProjectIndexes(): Promise<ProjectIndexes> {
  const { cpu, main, labelled, requests, close } = await serveIndexes(cpuSpec, publicSpec, 0, {
    labels: { cu128: cu128Spec },
  })
  const pairs = [
    [cpu, DEFAULT_CPU_INDEX_URL],
    [labelled('cu128'), DEFAULT_CPU_INDEX_URL.replace(/cpu$/, 'cu128')],
    [main, 'https://public.example.org/simple'],
    [main.replace(/simple$/, 'files'), 'https://public.example.org/files'],
  ] as const
  const exchanged = (text: string, from: 0 | 1) =>
    pairs.reduce((text, pair) => text.replaceAll(pair[from], pair[from === 0 ? 1 : 0]), text)
  return { cpu, main, requests, close, placed: text => exchanged(text, 1), recorded: text => exchanged(text, 0) }
}
