import type { Target } from '../packaging/target.ts'
import { publicVersion, type Version } from '../packaging/version.ts'
import type { Resolution } from '../resolve/resolve.ts'

/**
 * The projects of which the CPU index has a build of its own and the public one may carry CUDA. They are taken from
 * the CPU index and from nowhere else, and pinned together: a torchvision built for CUDA does not load beside a CPU
 * torch ("operator torchvision::nms does not exist").
 */
export const torchFamily: ReadonlySet<string> = new Set([
  'torch',
  'torchvision',
  'torchaudio',
  'torchtext',
  'torchcodec',
])

/** Of these the public index has builds without CUDA for Linux, so that a release which the CPU index lacks may come from there. */
export const cpuOnPublicIndex: ReadonlySet<string> = new Set(['torchcodec'])

const suffixes = ['-cu11', '-cu12', '-cu13'] as const

/**
 * Each with a suffix for CUDA 11 and 12, and without one from CUDA 13 on. What is called -cu13 then is a notice of
 * the new name.
 */
const libraries = [
  'cublas',
  'cuda-cccl',
  'cuda-crt',
  'cuda-cupti',
  'cuda-nvcc',
  'cuda-nvrtc',
  'cuda-runtime',
  'cuda-tileiras',
  'cufft',
  'cufile',
  'curand',
  'cusolver',
  'cusparse',
  'npp',
  'nvjitlink',
  'nvjpeg',
  'nvtx',
  'nvvm',
]

/** These kept the suffix. Without it nvidia-cudnn and nvidia-nccl are stand-ins that only say that they are the wrong name. */
const suffixedLibraries = [
  'cudnn',
  'cudss',
  'cusparselt',
  'libnvcomp',
  'nccl',
  'nvcomp',
  'nvimgcodec',
  'nvshmem',
  'nvtiff',
]

const toolkit = [
  'cuda-bindings',
  'cuda-cccl',
  'cuda-core',
  'cuda-pathfinder',
  'cuda-python',
  'cuda-tile',
  'cuda-toolkit',
  'nvidia-cudnn-frontend',
  'nvidia-cutlass',
  'nvidia-cutlass-dsl',
  'nvidia-cutlass-dsl-libs-base',
  'nvidia-cutlass-dsl-libs-core',
  'nvidia-cutlass-dsl-libs-cu12',
  'nvidia-cutlass-dsl-libs-cu13',
  'nvidia-dali-cuda100',
  'nvidia-dali-cuda102',
  'nvidia-dali-cuda110',
  'nvidia-dali-cuda120',
  'nvidia-dali-cuda130',
  'vllm-nccl-cu11',
  'vllm-nccl-cu12',
  'cutensor',
  'cuquantum',
  'cuquantum-python',
  ...['cutensor', 'cutensornet', 'cuquantum', 'cuquantum-python', 'custatevec', 'cudensitymat'].flatMap(withSuffixes),
]

/** A CPU torch does not ask for it. Whatever imports it by itself asks for it by its own metadata. */
const tritons = [
  'triton',
  'triton-windows',
  'triton-rocm',
  'triton-xpu',
  'pytorch-triton',
  'pytorch-triton-rocm',
  'pytorch-triton-xpu',
]

const jaxPlugins = ['jax-cuda11', 'jax-cuda12', 'jax-cuda13', 'jax-rocm60', 'jax-rocm7', 'jax-rocm10'].flatMap(
  plugin => [`${plugin}-plugin`, `${plugin}-pjrt`],
)

/** What TensorRT and the RAPIDS libraries load and no code imports: it appears in compiled files. */
const loadedByOthers = [
  ...['tensorrt', ...withSuffixes('tensorrt')].flatMap(name => [`${name}-libs`, `${name}-bindings`]),
  ...[
    'distributed-ucxx',
    'kvikio',
    'libcudf',
    'libcugraph',
    'libcuml',
    'libcuspatial',
    'libcuvs',
    'libkvikio',
    'libraft',
    'librmm',
    'libucx',
    'libucxx',
    'pylibcudf',
    'pylibcugraph',
    'ucx-py',
    'ucxx',
  ].flatMap(withSuffixes),
]

/**
 * Names that exist only to serve GPU builds of other projects: they go with those builds, and stay only where something
 * that stays asks for them. An explicit list: `nvidia-*` as a pattern would take nvidia-ml-py and other projects that
 * have nothing to do with torch.
 */
export const cudaOnly: ReadonlySet<string> = new Set([
  ...cudaLibraries(),
  ...toolkit,
  ...tritons,
  ...jaxPlugins,
  ...loadedByOthers,
])

/** Of these, what builds of torch have asked for: beside a torch line they are its doing, whatever release it was. */
export const torchCuda: ReadonlySet<string> = new Set([
  ...cudaLibraries(),
  'cuda-bindings',
  'cuda-pathfinder',
  'cuda-toolkit',
  ...tritons,
])

function cudaLibraries(): string[] {
  return [
    ...libraries.flatMap(library => [`nvidia-${library}`, ...withSuffixes(`nvidia-${library}`)]),
    ...suffixedLibraries.flatMap(library => withSuffixes(`nvidia-${library}`)),
  ]
}

function withSuffixes(name: string): string[] {
  return suffixes.map(suffix => name + suffix)
}

/** Whether a local version label names a build for CUDA, ROCm or XPU: `cu118`, `pt20cu118`, `rocm6.2`, `xpu`; `cpu.cxx11.abi` is none. */
export function isAcceleratorLabel(label: string): boolean {
  return /^(?:pt\d+)?(?:cu\d+|rocm[\d.]+|xpu)(?:\.|$)/.test(label)
}

/** The public release of torch that is installed; where no target is given, on the first that installs it. */
export function torchRelease(resolution: Resolution, target?: Target): Version | undefined {
  const version = resolution.get('torch')?.builds.find(build => !target || build.target === target)?.version
  return version && publicVersion(version)
}
