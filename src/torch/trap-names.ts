const absent = 'it is not on the public index, so whoever takes the name decides what is installed'
const stand = 'it is a stand-in that only says that it is the wrong name'
const reserved = 'its name on the public index is an old reservation'

/** Names that look like what is wanted and are not, with a clause about each. None of them is ever to be proposed. */
export const trapNames: ReadonlyMap<string, string> = new Map([
  ['pytorch', 'it is a placeholder that cannot be installed; the project is called torch'],
  ['pytorch-triton', reserved],
  ['pytorch-triton-rocm', reserved],
  ['triton-rocm', reserved],
  ['nvidia-cudnn', stand],
  ['nvidia-nccl', stand],
  ['nvidia-tensorrt', 'its newest release on the public index is a decoy'],
  ['apex', 'it is another project than the one of NVIDIA'],
  ['cutlass', 'it is another project than the one of NVIDIA'],
  ['kaolin', 'it is a placeholder, not the project of NVIDIA'],
  ['torch-cpu', absent],
  ['torchcpu', absent],
  ['pytorch-cpu', absent],
  ['torchtriton', absent],
  ['nvidia-apex', absent],
  ['detectron2', absent],
  ['pyg-lib', absent],
  ['flash-attn-3', absent],
])
