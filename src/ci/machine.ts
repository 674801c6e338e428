import { gpuBaseOf, mayHoldTorch } from '../docker/images.ts'
import type { Machine } from './job.ts'

/** Words of labels, names and variables that are about GPUs. */
const gpuWord =
  /(?:^|[^a-z])(?:gpus?|cuda\d*|cudnn|nvidia|rocm|a10g?|a100|h100|h200|b200|l4|l40s?|t4|v100|p100|k80|rtx\w*|tesla|dgx|jetson|mi\d{2,3}x?|xpu|hpu|gaudi\d?|npu)(?:[^a-z]|$)/i

/** Whether a label or a name is about GPUs. */
export function namesGpu(text: string): boolean {
  return gpuWord.test(text.replaceAll('_', '-'))
}

/** The machine that labels of GitHub stand for: its own have none but those whose names say so, others are not known. */
export function machineOfLabels(labels: readonly (string | undefined)[]): Machine {
  const known = labels.filter(label => label !== undefined)
  const name = known.length > 0 ? known.join(', ') : 'runs-on'
  const gpu = known.find(namesGpu)
  const hosted =
    known.length === labels.length ? known.find(label => /^(?:ubuntu|windows|macos)-/i.test(label)) : undefined
  const arm = known.some(label => /(?:^|-)(?:arm|arm64|aarch64)(?:-|$)/i.test(label))
  const platform = arm ? 'linux-aarch64' : 'linux-x86_64'
  const isOther = known.some(label => /^(?:windows|macos|win|mac)(?:-|$)/i.test(label))
  const isLinux = known.some(label => /^(?:ubuntu|linux)/i.test(label))
  return {
    system: isOther ? 'other' : isLinux ? 'linux' : 'unknown',
    platform,
    gpu: gpu !== undefined ? 'yes' : hosted !== undefined ? 'no' : 'unknown',
    name,
  }
}

/** A machine in whose place an image runs. */
export function inImage(machine: Machine, image: string | undefined, options = ''): Machine {
  if (image === undefined) return machine
  const gpu = /--gpus|nvidia|--device/.test(options) ? 'yes' : machine.gpu
  return { ...machine, system: machine.system === 'other' ? 'other' : 'linux', gpu }
}

/** Whether an image may hold a torch of its own, by its name. */
export function imageMayHoldTorch(image: string | undefined): boolean {
  return image !== undefined && mayHoldTorch(image)
}

/** Images that are known to hold no package for Python besides pip's own. */
const plainImages =
  /^(?:(?:docker\.io\/|public\.ecr\.aws\/docker\/)?(?:library\/)?(?:python|pypy|ubuntu|debian|alpine|fedora|almalinux|rockylinux|centos|amazonlinux|archlinux|buildpack-deps|node)|mcr\.microsoft\.com\/(?:vscode\/)?devcontainers\/.*|ghcr\.io\/astral-sh\/uv|cimg\/.*|circleci\/.*|nvidia\/cuda|quay\.io\/pypa\/.*|catthehacker\/ubuntu|continuumio\/.*|condaforge\/.*|mambaorg\/.*)(?:[:@]|$)/

/** An image of which nothing is known. */
export function ownImage(image: string | undefined): string | undefined {
  return image === undefined || plainImages.test(image) ? undefined : image
}

/** Why a job in an image means CUDA, as a clause; undefined: nothing about the image says so. */
export function cudaOfImage(image: string | undefined): string | undefined {
  return image === undefined ? undefined : gpuBaseOf(image)
}

/** Variables that only builds for GPUs read. */
const cudaVariables =
  /^(?:TORCH_CUDA_ARCH_LIST|FORCE_CUDA|CUDA_HOME|CUDA_PATH|CUDA_VISIBLE_DEVICES|CUDA_VERSION|USE_CUDA|WITH_CUDA|BUILD_CUDA_EXT|ROCM_HOME)$/

/** A variable of an environment that says that CUDA is meant. */
export function cudaOfVariables(values: ReadonlyMap<string, string | undefined>): string | undefined {
  const name = [...values].find(
    ([variable, value]) => cudaVariables.test(variable) && !/^(?:|-1|0|off|false|no|cpu)$/i.test(value ?? 'x'),
  )?.[0]
  return name === undefined ? undefined : `${name} is set`
}
