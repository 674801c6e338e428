import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cpuExtras } from '../../src/torch/extras.ts'

test.each([
  ['tensorflow', ['and-cuda'], []],
  ['tensorflow', ['and_cuda'], []],
  ['jax', ['cuda12'], []],
  ['jax', ['cuda13-local', 'k8s'], ['k8s']],
  ['jax', ['cuda12_pip'], []],
  ['jax', ['cpu'], ['cpu']],
  ['jax', ['rocm7-local'], []],
  ['optimum', ['onnxruntime-gpu'], ['onnxruntime']],
  ['optimum', ['onnxruntime-gpu', 'onnxruntime', 'quality'], ['onnxruntime', 'quality']],
  ['optimum-onnx', ['onnxruntime-gpu'], ['onnxruntime']],
  ['spacy', ['cuda12x', 'transformers'], ['transformers']],
  ['spacy', ['lookups', 'cuda-autodetect', 'ja'], ['lookups', 'ja']],
  ['thinc', ['cuda', 'cuda117', 'cuda11x'], []],
  ['onnxruntime', ['cuda', 'cudnn'], []],
  ['onnxruntime-gpu', ['cuda', 'cudnn'], []],
  ['uvicorn', ['standard', 'cuda'], ['standard', 'cuda']],
  ['constructor', ['cuda'], ['cuda']],
  ['jax', ['constructor'], ['constructor']],
])('%s%j becomes %j', (project, extras, kept) => expect(cpuExtras(project, extras)).toEqual(kept))

const projects = fc.constantFrom('jax', 'optimum', 'spacy', 'tensorflow', 'onnxruntime', 'black')
const extras = fc.uniqueArray(
  fc.constantFrom('cuda', 'cuda12', 'and-cuda', 'onnxruntime-gpu', 'onnxruntime', 'd', 'jupyter', 'transformers'),
)
test('twice is once, and what brings no CUDA keeps its order', () => {
  fc.assert(
    fc.property(projects, extras, (project, asked) => {
      const once = cpuExtras(project, asked)
      expect(cpuExtras(project, once)).toEqual(once)
      const others = ['d', 'jupyter', 'transformers']
      const isOther = (extra: string) => others.includes(extra)
      expect(once.filter(isOther)).toEqual(asked.filter(isOther))
    }),
  )
})

test.each(['tensorflow', 'flask'])('where nothing changes for %s, the list is the very same', project => {
  const extras = ['Some_Extra']
  expect(cpuExtras(project, extras)).toBe(extras)
})
