import { describe, expect, test } from 'vitest'
import { gpuLabelIn, isForGpusOnPublicIndex, isLabelledForGpus, wheelAt } from '../../src/torch/gpu-wheels.ts'

const host = 'https://example.org'

describe('a wheel of the torch family', () => {
  test.each([
    ['torch-2.3.1%2Bcu121-cp311-cp311-linux_x86_64.whl', 'labelled'],
    ['torch-2.3.1+cu121-cp311-cp311-linux_x86_64.whl', 'labelled'],
    ['torch-2.3.1%2Bcu121-cp311-cp311-win_amd64.whl', 'labelled'],
    ['torchvision-0.18.1%2Brocm6.0-cp311-cp311-linux_x86_64.whl', 'labelled'],
    ['torchaudio-2.8.0%2Bxpu-cp311-cp311-linux_x86_64.whl', 'labelled'],
    ['torch-2.3.1-cp311-cp311-manylinux1_x86_64.whl', 'where it is public'],
    ['torch-2.11.0-cp311-cp311-manylinux_2_28_aarch64.whl', 'where it is public'],
    ['torch-2.3.1-cp311-cp311-manylinux2014_aarch64.whl', 'not at all'],
    ['torch-2.3.1-cp311-cp311-win_amd64.whl', 'not at all'],
    ['torch-2.3.1-cp311-none-macosx_11_0_arm64.whl', 'not at all'],
    ['torch-2.3.1%2Bcpu-cp311-cp311-linux_x86_64.whl', 'not at all'],
    ['torch-2.3.1%2Bcpu.cxx11.abi-cp311-cp311-linux_x86_64.whl', 'not at all'],
    ['torch_scatter-2.1.2%2Bpt23cu121-cp311-cp311-linux_x86_64.whl', 'not at all'],
  ])('%s is for GPUs: %s', (file, expected) => {
    const wheel = wheelAt(`${host}/${file}`)!
    const found = isLabelledForGpus(wheel)
      ? 'labelled'
      : isForGpusOnPublicIndex(wheel)
        ? 'where it is public'
        : 'not at all'
    expect(found).toBe(expected)
  })
})

describe('the URL of another wheel', () => {
  test.each([
    ['v2.7.4/flash_attn-2.7.4.post1+cu12torch2.3cxx11abiFALSE-cp311-cp311-linux_x86_64.whl', 'cu12'],
    ['v2.8.3/flash_attn-2.8.3%2Bcu128torch2.9-cp312-cp312-linux_x86_64.whl', 'cu128'],
    ['mmcv/dist/cu121/torch2.3.0/mmcv-2.2.0-cp311-cp311-manylinux1_x86_64.whl', 'cu121'],
    ['v0.2.90-cu124/llama_cpp_python-0.2.90-cp311-cp311-linux_x86_64.whl', 'cu124'],
    ['whl/rocm6.2/xformers-0.0.30-cp311-cp311-manylinux_2_28_x86_64.whl', 'rocm6.2'],
    ['torch_scatter-2.1.2%2Bpt23cu121-cp311-cp311-linux_x86_64.whl', 'cu121'],
  ])('%s says %s', (path, label) => expect(gpuLabelIn(`${host}/${path}`)).toBe(label))

  test.each([
    'mmcv/dist/cpu/torch2.3.0/mmcv-2.2.0-cp311-cp311-manylinux1_x86_64.whl',
    'torch_scatter-2.1.2%2Bpt23cpu-cp311-cp311-linux_x86_64.whl',
    'cucumber/cu/docu12/flask-3.0.0-py3-none-any.whl',
    'torch-2.3.1%2Bcu121-cp311-cp311-linux_x86_64.whl',
    'cu121/flask-3.0.0.tar.gz',
  ])('%s says nothing', path => expect(gpuLabelIn(`${host}/${path}`)).toBeUndefined())

  test('a path says nothing either', () => expect(gpuLabelIn('./cu121/mmcv-2.2.0-py3-none-any.whl')).toBeUndefined())
})
