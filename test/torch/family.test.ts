import { describe, expect, test } from 'vitest'
import { cudaOnly, isAcceleratorLabel, torchCuda, torchFamily, torchRelease } from '../../src/torch/family.ts'
import { chosen, linux, macos } from '../decide/given.ts'

describe('isAcceleratorLabel', () => {
  test.each([
    { label: 'cu118', is: true },
    { label: 'cu121.with.pypi.cudnn', is: true },
    { label: 'pt20cu118', is: true },
    { label: 'rocm6.2', is: true },
    { label: 'rocm6.2.4', is: true },
    { label: 'rocm6', is: true },
    { label: 'xpu', is: true },
    { label: 'cpu', is: false },
    { label: 'cpu.cxx11.abi', is: false },
    { label: 'pt20cpu', is: false },
    { label: 'cuda', is: false },
    { label: 'custom', is: false },
    { label: 'xpu1', is: false },
    { label: 'local.cu118', is: false },
    { label: '', is: false },
  ])('$label: $is', ({ label, is }) => {
    expect(isAcceleratorLabel(label)).toBe(is)
  })
})

describe('names that are there for CUDA alone', () => {
  test.each([
    { id: 'a library by its name for CUDA 11', name: 'nvidia-cublas-cu11', only: true, ofTorch: true },
    { id: 'for CUDA 12', name: 'nvidia-cuda-runtime-cu12', only: true, ofTorch: true },
    { id: 'for CUDA 13, as only a notice is called', name: 'nvidia-cublas-cu13', only: true, ofTorch: true },
    { id: 'without a suffix, from CUDA 13 on', name: 'nvidia-cublas', only: true, ofTorch: true },
    { id: 'one that kept its suffix', name: 'nvidia-cudnn-cu13', only: true, ofTorch: true },
    { id: 'its name without a suffix is a stand-in', name: 'nvidia-cudnn', only: false, ofTorch: false },
    { id: 'triton', name: 'triton', only: true, ofTorch: true },
    { id: 'what builds of torch never asked for', name: 'cuda-python', only: true, ofTorch: false },
    { id: 'a plugin of JAX', name: 'jax-cuda12-pjrt', only: true, ofTorch: false },
    { id: 'what TensorRT loads', name: 'tensorrt-cu12-libs', only: true, ofTorch: false },
    { id: 'what the RAPIDS libraries load', name: 'libcudf-cu12', only: true, ofTorch: false },
    { id: 'what people import', name: 'tensorrt', only: false, ofTorch: false },
    { id: 'a monitor of GPUs, whatever needs it', name: 'nvidia-ml-py', only: false, ofTorch: false },
    { id: 'torch itself', name: 'torch', only: false, ofTorch: false },
  ])('$id: $name', ({ name, only, ofTorch }) => {
    expect({ only: cudaOnly.has(name), ofTorch: torchCuda.has(name) }).toEqual({ only, ofTorch })
  })

  test('what builds of torch ask for is among them', () => {
    expect([...torchCuda].filter(name => !cudaOnly.has(name))).toEqual([])
  })

  test('each is written as metadata has it: lower case, single hyphens', () => {
    expect([...cudaOnly, ...torchFamily].filter(name => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))).toEqual([])
  })
})

describe('the release of torch that is installed', () => {
  const both = { targets: [linux, macos] }
  test.each([
    { id: 'without its label', torch: '2.5.1+cpu', on: linux, is: '2.5.1' },
    { id: 'that of the target', torch: ['2.5.1+cpu', '2.4.1'], on: macos, is: '2.4.1' },
    { id: 'the first, where no target is given', torch: ['2.5.1+cpu', '2.4.1'], on: undefined, is: '2.5.1' },
    { id: 'the first that there is', torch: [undefined, '2.4.1'], on: undefined, is: '2.4.1' },
    { id: 'none on a target that does not install it', torch: ['2.5.1+cpu', undefined], on: macos, is: undefined },
  ])('$id', ({ torch, on, is }) => {
    expect(torchRelease(chosen({ torch, numpy: '2.0' }, both), on)?.text).toBe(is)
  })

  test('none where torch is not installed', () => {
    expect(torchRelease(chosen({ numpy: '2.0' }))).toBeUndefined()
  })
})
