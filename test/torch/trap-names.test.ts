import { expect, test } from 'vitest'
import { torchFamily } from '../../src/torch/family.ts'
import { trapNames } from '../../src/torch/trap-names.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

test.each([...trapNames])('%s: %s', (name, clause) => {
  expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  // It stands behind a colon or a comma, in the middle of a sentence.
  expect(clause).toMatch(/^it(?:s name)? .*[^.]$|^its newest .*[^.]$/)
})

test('none is a project that torchpin takes for what it looks like', () => {
  expect([...trapNames.keys()].filter(name => torchFamily.has(name))).toEqual([])
})

test('knows of every name that is no project of the public index', () => {
  const absent = words('torch-cpu torchcpu pytorch-cpu nvidia-apex torchtriton detectron2 pyg-lib flash-attn-3')
  expect(absent.map(name => trapNames.get(name))).toEqual(absent.map(() => expect.stringContaining('not on the')))
  const decoys = words('pytorch pytorch-triton pytorch-triton-rocm triton-rocm cutlass kaolin apex nvidia-tensorrt')
  expect([...decoys, 'nvidia-cudnn', 'nvidia-nccl'].filter(name => !trapNames.has(name))).toEqual([])
})
