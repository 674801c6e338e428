import { canonicalizeName } from '../packaging/names.ts'

/** Extras that bring CUDA, and what each becomes; `undefined` says that it just goes. */
type CudaExtras = Readonly<Record<string, string | undefined>>

const gone = (...extras: readonly string[]): CudaExtras => Object.fromEntries(extras.map(extra => [extra, undefined]))

/** Each brings the cupy of that CUDA. */
const cupy = gone(
  'cuda',
  'cuda-autodetect',
  ...['80', '90', '91', '92', '100', '101', '102', '110', '111', '112', '113', '114', '115', '116', '117'].map(
    cuda => `cuda${cuda}`,
  ),
  'cuda11x',
  'cuda12x',
  'cuda13x',
)

const jax = gone(
  ...['cuda', 'cuda11', 'cuda12', 'cuda13', 'rocm', 'rocm60', 'rocm7', 'rocm10'].flatMap(each => [
    each,
    `${each}-pip`,
    `${each}-local`,
  ]),
  'cuda11-cudnn805',
  'cuda11-cudnn82',
  'cuda11-cudnn86',
  'cuda12-cudnn88',
  'cuda12-cudnn89',
)

const onnxruntime = gone('cuda', 'cudnn')

const cudaExtras: Readonly<Record<string, CudaExtras>> = {
  jax,
  jaxlib: jax,
  onnxruntime,
  'onnxruntime-gpu': onnxruntime,
  optimum: { 'onnxruntime-gpu': 'onnxruntime', 'exporters-gpu': 'exporters' },
  'optimum-onnx': { 'onnxruntime-gpu': 'onnxruntime' },
  spacy: cupy,
  tensorflow: gone('and-cuda'),
  thinc: cupy,
}

/**
 * The extras that a CPU-only file asks a project for: those that bring CUDA go, or give way to their CPU form. The
 * others keep their order and spelling, and none is there twice. Where that changes nothing, the very same list.
 * @param project canonical name
 */
export function cpuExtras(project: string, extras: readonly string[]): readonly string[] {
  if (!Object.hasOwn(cudaExtras, project)) return extras
  const known = cudaExtras[project]!
  const kept = new Map<string, string>()
  for (const extra of extras) {
    const key = canonicalizeName(extra)
    const cpu = Object.hasOwn(known, key) ? known[key] : extra
    if (cpu !== undefined) kept.set(canonicalizeName(cpu), cpu)
  }
  const left = [...kept.values()]
  return left.length === extras.length && left.every((extra, i) => extra === extras[i]) ? extras : left
}
