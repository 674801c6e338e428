import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import type { PackageIndex } from '../../src/package-index/project-page.ts'
import { cpuMainIndex } from '../../src/package-index/snapshot/cpu-main-index.ts'
import { memoryIndex, plain } from '../resolve/memory-index.ts'

const cpu = memoryIndex('https://cpu.example.org', { torch: plain('2.1.0+cpu'), filelock: plain('3.9.0') })
const snapshot = memoryIndex('https://public.example.org', { filelock: { '3.12.0': { requires: ['x'] } } })

const failing = (code: 'INDEX_UNREACHABLE' | 'INDEX_UNREADABLE'): PackageIndex => ({
  ...cpu,
  project: async name => {
    if (name === 'torch') return cpu.project(name)
    throw new TorchpinError(code, `no answer for ${name}`)
  },
})
const namesOf = async (index: PackageIndex, project: string) =>
  (await index.project(project))?.files.map(({ filename }) => filename)

describe('the CPU index as the main one', () => {
  test('answers for itself where it can be asked', async () => {
    const main = cpuMainIndex(cpu, snapshot)
    expect(await namesOf(main, 'filelock')).toEqual(['filelock-3.9.0-py3-none-any.whl'])
    expect(await main.project('flask')).toBeUndefined()
  })

  test('where it cannot be asked the public snapshot stands in, files and all', async () => {
    const main = cpuMainIndex(failing('INDEX_UNREACHABLE'), snapshot)
    const page = await main.project('filelock')
    expect(page?.files.map(({ filename }) => filename)).toEqual(['filelock-3.12.0-py3-none-any.whl'])
    expect((await main.metadata(page!.files[0]!))?.requiresDist).toEqual(['x'])
    expect(await namesOf(main, 'torch')).toEqual(['torch-2.1.0+cpu-py3-none-any.whl'])
  })

  test('and what nobody knows is not said to be missing', async () => {
    const unreachable = cpuMainIndex(failing('INDEX_UNREACHABLE'), snapshot)
    await expect(unreachable.project('flask')).rejects.toMatchObject({ code: 'INDEX_UNREACHABLE' })
    const unreadable = cpuMainIndex(failing('INDEX_UNREADABLE'), snapshot)
    await expect(unreadable.project('filelock')).rejects.toMatchObject({ code: 'INDEX_UNREADABLE' })
  })
})
