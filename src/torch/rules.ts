import type { Platform } from '../packaging/target.ts'
import { cudaOnly, torchFamily } from './family.ts'

/**
 * What a CPU-only file does about a project. `because` and `hint` are clauses whose subject, "it", is the project.
 *
 * - `pin`: it belongs to the torch family and is pinned to its CPU build
 * - `cuda-only`: it serves GPU builds of others, and goes unless something that stays asks for it
 * - `replace`: the project named takes its place
 * - `offer`: another project would be smaller; worth telling, never done unasked
 * - `drop`: it has no CPU form: its line goes, and that is a loss to be told
 * - `index`: it stays, and its CPU wheels are on a page of their own (`cpuWheelPage`)
 * - `warn`: it stays, and may not work, or not without help
 */
export type Rule =
  | { readonly action: 'pin' | 'cuda-only' }
  | (Stand & { readonly action: 'replace' | 'offer' })
  | { readonly action: 'drop' | 'index'; readonly because: string; readonly hint?: string }
  | Warning

/** What stays, and what is said of it. */
export interface Warning {
  readonly action: 'warn'
  readonly because: string
  readonly hint?: string
  /** The first release of which it is no longer true. */
  readonly until?: string
}

/** A release has the same number in both projects, though not every release is in both. */
interface Stand {
  readonly with: string
  /** Where the other project has wheels; left out, wherever this one has. */
  readonly platforms?: readonly Platform[]
  /** It runs without a GPU too, so that it stays where the other project lacks the release. */
  readonly runsOnCpu?: boolean
  readonly because: string
  readonly hint?: string
}

/** The rule for a project, by its canonical name. No rule: it is none of the accelerator's business. */
export function ruleFor(project: string): Rule | undefined {
  return rules.get(project)
}

/** Canonical names, apart by spaces where they are written out. */
type Row = readonly [names: string | readonly string[], rule: Rule]

const x86Linux: readonly Platform[] = ['linux-x86_64']
const linux: readonly Platform[] = ['linux-x86_64', 'linux-aarch64']
const linuxAndWindows: readonly Platform[] = [...linux, 'windows-x86_64']

const pin: Rule = { action: 'pin' }
const goesAlong: Rule = { action: 'cuda-only' }
const replace = (other: string, because: string, more: Partial<Stand> = {}): Rule => ({
  action: 'replace',
  with: other,
  because,
  ...more,
})
const offer = (other: string, because: string, platforms: readonly Platform[]): Rule => ({
  action: 'offer',
  with: other,
  because,
  platforms,
})
const withReason = (action: 'drop' | 'index', because: string, hint?: string): Rule => ({
  action,
  because,
  ...(hint && { hint }),
})
const drop = (because: string, hint?: string) => withReason('drop', because, hint)
const index = (because: string, hint?: string) => withReason('index', because, hint)
const warn = (because: string, hint?: string): Warning => ({ action: 'warn', because, ...(hint && { hint }) })

const kernels = 'it is made of CUDA kernels and has no CPU build'
const changeImports = 'the code that imports it has to do without'
const onlySource = 'its wheels are built for one torch release each, and the public index has only its source'

const numbered = (prefix: string, numbers: string): string[] => numbers.split(' ').map(number => prefix + number)
const withCuda = (names: string): string[] =>
  names.split(' ').flatMap(name => [`${name}-cu11`, `${name}-cu12`, `${name}-cu13`])

/** The table, each name in one row. */
export const ruleRows: readonly Row[] = [
  [[...torchFamily], pin],
  [[...cudaOnly], goesAlong],

  // Around torch
  ['fbgemm-gpu', replace('fbgemm-gpu-cpu', 'it is the CUDA build', { platforms: linux })],
  ['fbgemm-gpu-genai', warn('its kernels are for GPUs')],
  ['torchrec', warn('it needs fbgemm-gpu, whose kernels are for CUDA')],
  ['xformers', drop('it is made of CUDA kernels and asks for a CUDA torch', changeImports)],
  [
    ['torch-tensorrt', 'tensorrt', 'tensorrt-llm', 'nvidia-tensorrt', ...withCuda('tensorrt')],
    drop('TensorRT runs on NVIDIA GPUs only', changeImports),
  ],
  ['torch-xla torch-directml torch-npu', warn('it is for another accelerator, and has to match torch')],
  ['intel-extension-for-pytorch', warn('it is built for one torch release each, and ended with 2.8')],
  ['torch-scatter torch-sparse torch-cluster torch-spline-conv', index(onlySource)],
  ['pyg-lib', index('it is not on the public index, and its wheels are built for one torch release each')],
  ['mmcv mmcv-full', index(onlySource, 'mmcv-lite needs no compiled operators')],
  ['dgl', index('its wheels are built for one torch release each, and the public index has only those of May 2024')],
  [
    numbered('dgl-cu', '90 92 100 101 102 110 111 113 116 117 118'),
    warn('it is an old CUDA build of dgl', 'dgl is the CPU build'),
  ],
  [
    'detectron2',
    warn('it is not on the public index, and its wheels end with torch 1.10', 'build it from its repository'),
  ],
  ['pytorch3d', warn('the public index has only an old release of it', 'build it from its repository')],
  ['kaolin', warn('the public index has only a placeholder of it')],

  // ONNX Runtime: all of them own the directory `onnxruntime`
  ['onnxruntime-gpu', replace('onnxruntime', 'it is the CUDA build')],
  ['onnxruntime-genai-cuda', replace('onnxruntime-genai', 'it is the CUDA build')],
  [
    'onnxruntime-directml onnxruntime-training onnxruntime-openvino onnxruntime-rocm',
    warn('it owns the same files as onnxruntime, and only one of them may be installed'),
  ],
  ['fastembed-gpu', replace('fastembed', 'it brings onnxruntime-gpu')],

  // Other frameworks
  [
    'tensorflow',
    offer('tensorflow-cpu', 'the same release without CUDA is half as large', ['linux-x86_64', 'windows-x86_64']),
  ],
  ['tensorflow-gpu', replace('tensorflow', 'it has ended, and its last release only says so')],
  ['tf-nightly-gpu', replace('tensorflow', 'it has ended, and its last release only says so')],
  ['tensorflow-rocm tensorflow-metal tensorflow-intel', warn('it is for one kind of machine')],
  ['paddlepaddle-gpu', replace('paddlepaddle', 'it is the CUDA build')],
  [
    numbered(
      'mxnet-cu',
      '75 75mkl 80 80mkl 90 90mkl 91 91mkl 92 92mkl 100 100mkl 101 101mkl 102 102mkl 110 111 112 113 114 115 116 117',
    ),
    replace('mxnet', 'it is a CUDA build of a project that has ended'),
  ],

  // Quantum circuits
  ['qiskit-aer-gpu qiskit-aer-gpu-cu11', replace('qiskit-aer', 'it is the CUDA build')],
  [
    'pennylane-lightning-gpu pennylane-lightning-amdgpu pennylane-lightning-tensor',
    drop('it is a device that runs on GPUs only', 'lightning.qubit is the device for CPUs'),
  ],

  // Search, trees, point clouds
  [
    'faiss-gpu faiss-gpu-cuvs faiss-gpu-cu12-cuvs faiss-gpu-cu13-cuvs faiss-gpu-cu11 faiss-gpu-cu12 faiss-cuda faiss-cuda-cu128',
    replace('faiss-cpu', 'it is a CUDA build', {
      hint: 'code that makes a faiss.StandardGpuResources fails on CPU',
    }),
  ],
  [
    'xgboost',
    replace('xgboost-cpu', 'it carries CUDA code and asks for NCCL', {
      platforms: linuxAndWindows,
      runsOnCpu: true,
      hint: 'xgboost-cpu has neither GPU algorithms nor federated learning',
    }),
  ],
  ['open3d', offer('open3d-cpu', 'the same release without CUDA is a quarter as large', x86Linux)],

  // CUDA arrays and RAPIDS
  [
    [
      'cupy',
      'cupy-wheel',
      ...numbered('cupy-cuda', '80 90 91 92 100 101 102 110 111 112 113 114 115 116 117 11x 12x 13x'),
      ...numbered('cupy-rocm-', '4-0 4-2 4-3 5-0 7-0'),
    ],
    drop('it computes on GPUs only', changeImports),
  ],
  [
    ['pycuda', 'numba-cuda', 'dask-cuda', ...withCuda('cuopt cuopt-server cvcuda')],
    drop('it computes on NVIDIA GPUs only', changeImports),
  ],
  [
    [
      'cuequivariance',
      'cuequivariance-torch',
      'cuequivariance-jax',
      ...withCuda('cuequivariance-ops cuequivariance-ops-torch cuequivariance-ops-jax'),
    ],
    drop(kernels, changeImports),
  ],
  [
    withCuda(
      'cudf cuml cugraph cugraph-dgl cugraph-pyg nx-cugraph rmm cuvs cucim cuspatial cuproj cuxfilter pylibraft raft-dask dask-cudf cudf-polars',
    ),
    drop('RAPIDS computes on NVIDIA GPUs only', changeImports),
  ],

  // Kernels that are built where they are installed
  [
    'flash-attn flash-attn-3 flash-attn-4 sageattention causal-conv1d mamba-ssm megablocks natten transformer-engine transformer-engine-cu12 transformer-engine-cu13 transformer-engine-torch flashinfer-python flashinfer-cubin sgl-kernel sglang-kernel autoawq-kernels',
    drop(kernels, changeImports),
  ],
  ['apex', drop('what the public index calls apex is not the one of NVIDIA, and that one needs CUDA', changeImports)],
  [
    'deepspeed',
    warn('it builds its operators where it runs, and trains on GPUs', 'set DS_BUILD_OPS=0 to install it without them'),
  ],

  // Language models
  [
    'vllm',
    warn(
      'the public index has only its CUDA build',
      'its CPU wheels are files of its own releases, with +cpu in the name',
    ),
  ],
  ['sglang lmdeploy', warn('it serves models from GPUs')],
  ['bitsandbytes', { ...warn('its releases before 0.48 need CUDA'), until: '0.48' }],
  [
    numbered('bitsandbytes-cuda', '102 110 111 112 113 114 115 116 117'),
    drop('it is an old build for one CUDA', 'bitsandbytes itself runs on CPU from 0.48 on'),
  ],
  ['auto-gptq autoawq', warn('it quantises on GPUs, and has ended')],
  ['gptqmodel exllamav2 exllamav3 hqq unsloth', warn('it is made for GPUs')],
  ['llama-cpp-python', index('the public index has only its source, which takes a compiler to install')],

  // Not CUDA, though the name says NVIDIA
  ['nvidia-ml-py pynvml nvitop gputil', warn('it asks the NVIDIA driver, and fails where there is none')],
  ['nvidia-modelopt', warn('it asks for torch, and optimises for NVIDIA GPUs')],
  ['nvidia-pyindex', drop("it changes pip's configuration when it is installed")],
]

const rules: ReadonlyMap<string, Rule> = new Map(
  ruleRows.flatMap(([names, rule]) =>
    (typeof names === 'string' ? names.split(' ') : names).map(name => [name, rule] as const),
  ),
)
