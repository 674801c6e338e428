import { describe, expect, test } from 'vitest'
import type { Platform } from '../../src/packaging/target.ts'
import { parseVersion } from '../../src/packaging/version.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { cpuVersion, isCpuBuild, isForGpus } from '../../src/torch/cpu-build.ts'

describe('isCpuBuild', () => {
  test.each([
    { id: 'labelled', filename: 'torch-2.13.0+cpu-cp312-cp312-manylinux_2_28_x86_64.whl', is: true },
    { id: 'for CUDA', filename: 'torch-2.13.0+cu126-cp312-cp312-manylinux_2_28_x86_64.whl', is: false },
    { id: 'with the old C++ ABI', filename: 'torch-2.3.0+cpu.cxx11.abi-cp311-cp311-linux_x86_64.whl', is: false },
    { id: 'macOS has no label', filename: 'torch-2.13.0-cp312-none-macosx_11_0_arm64.whl', is: true },
    { id: 'Intel Macs neither', filename: 'torch-2.2.2-cp312-none-macosx_10_9_x86_64.whl', is: true },
    { id: 'strayed in from the public index', filename: 'torch-2.13.0-cp312-cp312-manylinux1_x86_64.whl', is: false },
    { id: 'the same for Windows', filename: 'torch-2.13.0-cp312-cp312-win_amd64.whl', is: false },
    { id: 'ARM before the label', filename: 'torch-2.5.1-cp312-cp312-manylinux2014_aarch64.whl', is: true },
    { id: 'ARM since the label', filename: 'torch-2.6.0-cp312-cp312-manylinux_2_28_aarch64.whl', is: false },
    { id: 'torchvision before it', filename: 'torchvision-0.24.0-cp312-cp312-linux_aarch64.whl', is: true },
    { id: 'torchvision since it', filename: 'torchvision-0.25.0-cp312-cp312-linux_aarch64.whl', is: false },
    { id: 'torchaudio before it', filename: 'torchaudio-2.9.1-cp312-cp312-linux_aarch64.whl', is: true },
    { id: 'torchaudio since it', filename: 'torchaudio-2.10.0-cp312-cp312-linux_aarch64.whl', is: false },
    { id: 'torchcodec never had it', filename: 'torchcodec-0.9.0-cp312-cp312-linux_aarch64.whl', is: true },
    { id: 'for every platform', filename: 'torch-2.13.0-py3-none-any.whl', is: true },
  ])('$id: $filename', ({ filename, is }) => {
    const { name, version } = parseWheelFilename(filename)!
    expect(isCpuBuild(name, version, filename)).toBe(is)
  })
})

describe('cpuVersion', () => {
  test.each<{ project: string; version: string; platform: Platform; is: string }>([
    { project: 'torch', version: '2.14.0', platform: 'linux-x86_64', is: '2.14.0+cpu' },
    { project: 'torch', version: '2.14.0', platform: 'windows-x86_64', is: '2.14.0+cpu' },
    { project: 'torch', version: '2.14.0', platform: 'macos-arm64', is: '2.14.0' },
    { project: 'torch', version: '2.5.1', platform: 'linux-aarch64', is: '2.5.1' },
    { project: 'torch', version: '2.6.0', platform: 'linux-aarch64', is: '2.6.0+cpu' },
    { project: 'torch', version: '3.0', platform: 'linux-aarch64', is: '3.0+cpu' },
    { project: 'torchvision', version: '0.24.1', platform: 'linux-aarch64', is: '0.24.1' },
    { project: 'torchvision', version: '0.25.0', platform: 'linux-aarch64', is: '0.25.0+cpu' },
    { project: 'torchaudio', version: '2.9.1', platform: 'linux-aarch64', is: '2.9.1' },
    { project: 'torchaudio', version: '2.10.0', platform: 'linux-aarch64', is: '2.10.0+cpu' },
    { project: 'torchcodec', version: '0.9.0', platform: 'linux-aarch64', is: '0.9.0' },
    { project: 'torchcodec', version: '0.9.0', platform: 'linux-x86_64', is: '0.9.0+cpu' },
  ])('$project $version on $platform is $is', ({ project, version, platform, is }) => {
    expect(cpuVersion(project, parseVersion(version)!, platform)).toBe(is)
  })
})

describe('isForGpus', () => {
  test.each([
    { id: 'a package that only serves GPUs', project: 'nvidia-cublas-cu12', version: '12.1', needs: [], is: true },
    { id: 'a label of CUDA', project: 'torch', version: '2.5.1+cu121', needs: [], is: true },
    { id: 'the label of CPU, whatever it needs', project: 'torch', version: '2.5.1+cpu', needs: ['triton'], is: false },
    { id: 'a plain build that needs CUDA', project: 'torch', version: '2.5.1', needs: ['numpy', 'triton'], is: true },
    { id: 'a plain build that needs none', project: 'torch', version: '2.5.1', needs: ['numpy'], is: false },
    { id: 'another project with a label of CUDA', project: 'tool', version: '1.0+cu121', needs: ['triton'], is: false },
  ])('$id', ({ project, version, needs, is }) => {
    expect(isForGpus(project, { version: parseVersion(version)!, needs })).toBe(is)
  })
})
