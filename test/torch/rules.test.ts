import { describe, expect, test } from 'vitest'
import { canonicalizeName } from '../../src/packaging/names.ts'
import { cudaOnly, torchFamily } from '../../src/torch/family.ts'
import { type Rule, ruleFor, ruleRows } from '../../src/torch/rules.ts'
import { trapNames } from '../../src/torch/trap-names.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

const names = ruleRows.flatMap(([names]) => (typeof names === 'string' ? names.split(' ') : [...names]))
const ruled = names.map((name): [string, Rule] => [name, ruleFor(name)!])

describe('what becomes of a project', () => {
  test.each<[Rule['action'] | 'nothing', string]>([
    ['pin', 'torch torchvision torchaudio torchtext torchcodec'],
    [
      'cuda-only',
      `nvidia-cublas-cu11 nvidia-cuda-cupti-cu11 nvidia-cuda-nvrtc-cu11 nvidia-cuda-runtime-cu11 nvidia-cudnn-cu11
       nvidia-cufft-cu11 nvidia-curand-cu11 nvidia-cusolver-cu11 nvidia-cusparse-cu11 nvidia-nccl-cu11 nvidia-nvtx-cu11`,
    ],
    [
      'cuda-only',
      `nvidia-cublas-cu12 nvidia-cuda-cupti-cu12 nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cudnn-cu12
       nvidia-cufft-cu12 nvidia-curand-cu12 nvidia-cusolver-cu12 nvidia-cusparse-cu12 nvidia-nccl-cu12 nvidia-nvtx-cu12
       nvidia-cufile-cu12 nvidia-cusparselt-cu12 nvidia-nvjitlink-cu12 nvidia-nvshmem-cu12 nvidia-cuda-cccl-cu12
       nvidia-cuda-nvcc-cu12 nvidia-npp-cu12 nvidia-nvjpeg-cu12 nvidia-nvcomp-cu12 nvidia-libnvcomp-cu12
       nvidia-nvtiff-cu12 nvidia-nvimgcodec-cu12 nvidia-cudss-cu12`,
    ],
    [
      'cuda-only',
      `nvidia-cublas nvidia-cuda-cccl nvidia-cuda-crt nvidia-cuda-cupti nvidia-cuda-nvcc nvidia-cuda-nvrtc
       nvidia-cuda-runtime nvidia-cuda-tileiras nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse
       nvidia-npp nvidia-nvjitlink nvidia-nvjpeg nvidia-nvtx nvidia-nvvm
       nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvshmem-cu13 nvidia-cublas-cu13`,
    ],
    [
      'cuda-only',
      `cuda-toolkit cuda-bindings cuda-pathfinder cuda-python cuda-core cuda-cccl cuda-tile nvidia-cudnn-frontend
       nvidia-cutlass nvidia-cutlass-dsl nvidia-cutlass-dsl-libs-base nvidia-dali-cuda110 nvidia-dali-cuda120
       cutensor-cu12 cuquantum-cu12`,
    ],
    ['cuda-only', 'triton pytorch-triton pytorch-triton-rocm pytorch-triton-xpu triton-rocm triton-xpu triton-windows'],
    [
      'cuda-only',
      'jax-cuda12-plugin jax-cuda12-pjrt jax-cuda13-plugin jax-cuda13-pjrt jax-rocm7-plugin jax-rocm60-pjrt',
    ],
    ['cuda-only', 'libcudf-cu12 libcuml-cu12 libcugraph-cu12 libcuvs-cu12 pylibcudf-cu12 ucxx-cu12 tensorrt-cu12-libs'],
    [
      'replace',
      `fbgemm-gpu onnxruntime-gpu onnxruntime-genai-cuda faiss-gpu faiss-gpu-cu11 faiss-gpu-cu12 faiss-gpu-cuvs
       faiss-cuda faiss-cuda-cu128 tensorflow-gpu tf-nightly-gpu xgboost paddlepaddle-gpu mxnet-cu75 mxnet-cu102mkl
       mxnet-cu117 fastembed-gpu qiskit-aer-gpu qiskit-aer-gpu-cu11`,
    ],
    ['offer', 'tensorflow open3d'],
    ['drop', 'torch-tensorrt tensorrt tensorrt-cu12 tensorrt-cu13 tensorrt-llm nvidia-tensorrt xformers'],
    [
      'drop',
      `cupy cupy-cuda102 cupy-cuda117 cupy-cuda11x cupy-cuda12x cupy-cuda13x cupy-rocm-5-0
       pycuda numba-cuda cuequivariance cuequivariance-torch cuequivariance-ops-torch-cu12
       cudf-cu12 cuml-cu11 cuml-cu12 cugraph-cu12 rmm-cu12 cuvs-cu12 pylibraft-cu12 raft-dask-cu12 dask-cudf-cu12
       cudf-polars-cu12 cuopt-cu12 cuopt-server-cu13 cvcuda-cu12 pennylane-lightning-gpu`,
    ],
    [
      'drop',
      `flash-attn flash-attn-3 flash-attn-4 sageattention causal-conv1d mamba-ssm megablocks natten apex
       transformer-engine flashinfer-python sgl-kernel autoawq-kernels bitsandbytes-cuda110 bitsandbytes-cuda117
       nvidia-pyindex`,
    ],
    ['index', 'torch-scatter torch-sparse torch-cluster torch-spline-conv pyg-lib mmcv mmcv-full dgl llama-cpp-python'],
    [
      'warn',
      `torchrec fbgemm-gpu-genai torch-xla torch-directml torch-npu intel-extension-for-pytorch
       onnxruntime-directml onnxruntime-training onnxruntime-openvino tensorflow-rocm tensorflow-metal tensorflow-intel
       bitsandbytes deepspeed vllm sglang lmdeploy auto-gptq gptqmodel autoawq exllamav2 exllamav3 hqq unsloth
       dgl-cu111 detectron2 pytorch3d kaolin`,
    ],
    ['warn', 'nvidia-ml-py pynvml nvitop gputil nvidia-modelopt'],
    ['nothing', 'nvidia-nat nvidia-nat-core nvidia-riva-client nvidia-sphinx-theme nvidia-cudnn nvidia-nccl'],
    ['nothing', 'torchdata torchmetrics pytorch-lightning lightning torch-geometric torchinfo torchao torchtune'],
    [
      'nothing',
      `lightgbm catboost ctranslate2 faster-whisper rapidocr-onnxruntime insightface intel-openmp mkl openvino
       opencv-python warp-lang cuopt-sh-client qiskit-aer pennylane-lightning jax spacy thinc optimum onnxruntime numpy raft rmm cutlass pytorch`,
    ],
  ])('%s: %s', (action, listed) => {
    const wrong = words(listed).filter(name => (ruleFor(name)?.action ?? 'nothing') !== action)
    expect(wrong).toEqual([])
  })

  test.each([
    ['onnxruntime-gpu', 'onnxruntime', undefined],
    ['faiss-gpu-cu12', 'faiss-cpu', undefined],
    ['paddlepaddle-gpu', 'paddlepaddle', undefined],
    ['mxnet-cu112', 'mxnet', undefined],
    ['fastembed-gpu', 'fastembed', undefined],
    ['qiskit-aer-gpu-cu11', 'qiskit-aer', undefined],
    ['fbgemm-gpu', 'fbgemm-gpu-cpu', ['linux-x86_64', 'linux-aarch64']],
    ['xgboost', 'xgboost-cpu', ['linux-x86_64', 'linux-aarch64', 'windows-x86_64']],
    ['tensorflow', 'tensorflow-cpu', ['linux-x86_64', 'windows-x86_64']],
    ['open3d', 'open3d-cpu', ['linux-x86_64']],
  ])('%s has %s for CPU, on %j', (name, other, platforms) => {
    const rule = ruleFor(name) as Extract<Rule, { with: string }>
    expect([rule.with, rule.platforms]).toEqual([other, platforms])
  })
})

describe('the table', () => {
  test('has each name once, in its canonical form', () => {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    expect(names.filter(name => canonicalizeName(name) !== name)).toEqual([])
    expect([...torchFamily].filter(name => cudaOnly.has(name))).toEqual([])
  })

  test('leaves alone what it puts in the place of another', () => {
    const stands = ruled.flatMap(([, rule]) => ('with' in rule ? [rule.with] : []))
    expect(stands.length).toBeGreaterThan(0)
    expect(stands.filter(name => !['offer', 'nothing'].includes(ruleFor(name)?.action ?? 'nothing'))).toEqual([])
    expect(stands.filter(name => trapNames.has(name))).toEqual([])
  })

  test('says what it says in one clause, and proposes no name that is a trap', () => {
    const clauses = ruled.flatMap(([name, rule]) =>
      'because' in rule ? [rule.because, rule.hint ?? ''].map(text => ({ name, text })) : [],
    )
    const all = [...clauses, ...[...trapNames].map(([name, text]) => ({ name, text }))]
    expect(all.filter(({ text }) => /[.!]$|\n/.test(text) || text.length > 110)).toEqual([])
    const named = (text: string) => text.match(/[a-z0-9]+(?:-[a-z0-9]+)*/g) ?? []
    expect(all.filter(({ name, text }) => named(text).some(word => word !== name && trapNames.has(word)))).toEqual([])
  })
})
