import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { resolveOptions } from '../../src/contract/options.ts'
import { findFiles } from '../../src/run/find-files.ts'
import { gpuFilesBesideCpuFiles } from '../../src/run/gpu-files.ts'

describe('files for GPUs beside files for CPUs', () => {
  test.each([
    ['requirements_gpu.txt', 'requirements_cpu.txt'],
    ['requirements_gpu.txt', 'requirements.txt'],
    ['requirements-gpu.txt', 'requirements_cpu.txt'],
    ['requirements.gpu.txt', 'requirements.txt'],
    ['requirements-GPU.txt', 'requirements.txt'],
    ['gpu-requirements.txt', 'requirements.txt'],
    ['gpu_requirements.txt', 'requirements-cpu.txt'],
    ['requirements-cuda.txt', 'requirements.txt'],
    ['requirements-cuda-12.1.txt', 'requirements.txt'],
    ['requirements-cu121.txt', 'requirements-cpu.txt'],
    ['requirements-rocm.txt', 'requirements.txt'],
    ['requirements-rocm6.2.txt', 'requirements.txt'],
    ['requirements_nvidia.txt', 'requirements_cpu_only.txt'],
    ['requirements_amd.txt', 'requirements-no-gpu.txt'],
    ['requirements-gpu.txt', 'requirements-nogpu.txt'],
    ['requirements-gpu-dev.txt', 'requirements-dev.txt'],
    ['requirements-gpu-dev.txt', 'requirements-cpu-dev.txt'],
    ['requirements-gpu.in', 'requirements.in'],
    ['requirements-gpu.txt', 'requirements.in'],
    ['constraints-gpu.txt', 'constraints.txt'],
    ['requirements/gpu.txt', 'requirements/cpu.txt'],
    ['requirements/cuda.txt', 'requirements/base.txt'],
    ['requirements/cuda.txt', 'requirements.txt'],
    ['services/a/requirements-gpu.txt', 'services/a/requirements.txt'],
  ])('%s has %s', (gpu, cpu) => expect([...gpuFilesBesideCpuFiles([cpu, gpu])]).toEqual([[gpu, cpu]]))

  test.each([
    ['alone', 'requirements_gpu.txt'],
    ['each other', 'requirements-cu118.txt requirements-cu121.txt requirements-rocm.txt'],
    ['in different folders', 'a/requirements-gpu.txt b/requirements.txt'],
    ['of another name', 'requirements-gpu.txt requirements-dev.txt'],
    ['a name with both words', 'requirements-cpu-gpu.txt requirements.txt'],
    ['a name without GPUs', 'requirements-no-gpu.txt requirements-without-cuda.txt requirements.txt'],
    [
      'a word that only begins so',
      'requirements-amd64.txt requirements-gpuless.txt requirements-cudahack.txt requirements.txt',
    ],
  ])('%s: none', (_, paths) => expect(gpuFilesBesideCpuFiles(paths.split(' ')).size).toBe(0))
})

describe('in a folder', () => {
  async function found(files: Readonly<Record<string, string>>, paths: readonly string[], gpuFiles = false) {
    const cwd = mkdtempSync(join(tmpdir(), 'torchpin-gpu-files-'))
    onTestFinished(() => rmSync(cwd, { recursive: true }))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true })
      writeFileSync(join(cwd, path), text)
    }
    const notices: string[] = []
    const options = resolveOptions({ cwd, gpuFiles, onNotice: notice => notices.push(notice) })
    const { files: taken } = await findFiles(paths, options)
    return { taken: taken.map(({ path }) => path).sort(), notices }
  }
  const both = { 'requirements_cpu.txt': 'torch\n', 'requirements_gpu.txt': 'torch\n' }

  test('the file for GPUs is left alone and named', async () => {
    const { taken, notices } = await found(both, ['.'])
    expect(taken).toEqual(['requirements_cpu.txt'])
    expect(notices).toEqual([expect.stringMatching(/^requirements_gpu\.txt is left alone: .*requirements_cpu\.txt/)])
  })

  test.each([
    ['by its name', ['requirements_gpu.txt', '.'], false],
    ['by a flag', ['.'], true],
  ] as const)('and taken %s', async (_, paths, gpuFiles) => {
    const { taken, notices } = await found(both, paths, gpuFiles)
    expect([taken, notices]).toEqual([['requirements_cpu.txt', 'requirements_gpu.txt'], []])
  })

  test('and taken where another file brings it in', async () => {
    const files = { 'requirements.txt': '-r requirements_gpu.txt\n', 'requirements_gpu.txt': 'torch\n' }
    const { taken, notices } = await found(files, ['.'])
    expect([taken, notices]).toEqual([['requirements.txt', 'requirements_gpu.txt'], []])
  })
})
