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

const cudaLibraries = [
  'cublas',
  'cuda-cccl',
  'cuda-crt',
  'cuda-cupti',
  'cuda-nvcc',
  'cuda-nvrtc',
  'cuda-runtime',
  'cuda-tileiras',
  'cudnn',
  'cudss',
  'cufft',
  'cufile',
  'curand',
  'cusolver',
  'cusparse',
  'cusparselt',
  'libnvcomp',
  'nccl',
  'npp',
  'nvcomp',
  'nvimgcodec',
  'nvjitlink',
  'nvjpeg',
  'nvshmem',
  'nvtiff',
  'nvtx',
  'nvvm',
]

/**
 * Names that exist only to serve CUDA builds. An explicit list: `nvidia-*` as a pattern would take nvidia-ml-py and
 * other projects that have nothing to do with torch.
 */
export const cudaOnly: ReadonlySet<string> = new Set([
  ...cudaLibraries.flatMap(library => [
    `nvidia-${library}`,
    `nvidia-${library}-cu11`,
    `nvidia-${library}-cu12`,
    `nvidia-${library}-cu13`,
  ]),
  'cuda-bindings',
  'cuda-pathfinder',
  'cuda-toolkit',
  'triton',
])

/** Whether a local version label names a build for CUDA, ROCm or XPU: `cu118`, `rocm6.2`, `xpu`, `cpu.cxx11.abi` is none. */
export function isAcceleratorLabel(label: string): boolean {
  return /^(?:cu\d+|rocm[\d.]+|xpu)(?:\.|$)/.test(label)
}
