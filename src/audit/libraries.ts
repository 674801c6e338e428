/** What a library computes on, or loads to do so. */
export type Accelerator = 'CUDA' | 'ROCm' | 'triton' | 'driver'

/**
 * Base names of shared objects, those that auditwheel has renamed among them (`libcudart-45da57e3.so.11.0`,
 * `libcudart.faf08d9a.so.13`). Only whole names of libraries count: a CPU build of torch has hundreds of files with "cuda" in
 * their names, which are Python modules, headers, licences and CMake files.
 */
const patterns: readonly [Accelerator, RegExp][] = [
  [
    'CUDA',
    so(
      'cudart|cublas(Lt)?|nvblas|cudnn[A-Za-z_]*|cufft(w)?|curand|cusolver(Mg)?|cusparse(Lt)?|cupti|nvrtc(-builtins)?|nvJitLink|nvjpeg|nvToolsExt|nvtx3?|nccl|nvshmem[a-z_]*|cufile(_rdma)?|npp(c|s|i(al|cc|com|dei|f|g|m|st|su|tc))|nvptxcompiler|nvinfer[a-z_]*|nvonnxparser|cutensor[A-Za-z]*|cudss|nvcomp|nvvm',
    ),
  ],
  // Parts of other projects that are for CUDA alone.
  [
    'CUDA',
    so(
      'torch_cuda(_linalg|_cpp|_cu)?|c10_cuda|caffe2_nvrtc|torch_nvshmem|onnxruntime_providers_(cuda|tensorrt)|bitsandbytes_cuda\\d+[a-z_]*|ggml-cuda',
    ),
  ],
  [
    'CUDA',
    /^(cudart|cublas(Lt)?|cudnn[A-Za-z]*|cufftw?|curand|cusolver(Mg)?|cusparse(Lt)?|nvrtc(-builtins)?|nvJitLink|nvjpeg|nvToolsExt|cupti)(64)?(_[^/]*)?\.dll$/,
  ],
  ['CUDA', /^(torch_cuda(_linalg|_cpp|_cu)?|c10_cuda|caffe2_nvrtc|onnxruntime_providers_(cuda|tensorrt))\.dll$/],
  [
    'ROCm',
    so(
      'torch_hip|c10_hip|caffe2_hiprtc|onnxruntime_providers_(rocm|migraphx)|ggml-hip|amdhip64|hiprtc(-builtins)?|hsa-runtime64|roc(blas|fft|rand|solver|sparse)|hip(blas|blaslt|fft|rand|solver|sparse|sparselt)|MIOpen|rccl|roctx64|roctracer64|migraphx(_[a-z]+)?',
    ),
  ],
  ['triton', so('triton')],
  // It comes from the host of a container; in an image it is somebody's copy.
  ['driver', so('cuda')],
]

/** What a file is for, by its base name; undefined for everything that is no library of an accelerator. */
export function acceleratorOf(name: string): Accelerator | undefined {
  if (!/\.so(\.|$)|\.dll$/.test(name)) return undefined
  return patterns.find(([, pattern]) => pattern.test(name))?.[0]
}

/**
 * The folder of a whole toolkit that a path is in: CUDA and ROCm as their own installers lay them, and what conda keeps of them
 * for further environments.
 */
export function toolkitFolder(path: string): string | undefined {
  return /^(?:usr\/local\/cuda(?:-[\d.]+)?|opt\/rocm(?:-[\d.]+)?|(?:.*\/)?pkgs\/(?:cuda-|cudatoolkit-)[^/]+)(?=\/)/.exec(
    path,
  )?.[0]
}

function so(names: string): RegExp {
  return new RegExp(`^lib(?:${names})([-.][^/]*)?\\.so(\\.\\d+)*$`)
}
