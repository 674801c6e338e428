import { describe, expect, test } from 'vitest'
import { renovateAsksCpuIndex } from '../../../src/decide/notices/renovate.ts'

const cpu = 'https://download.pytorch.org/whl/cpu'

// The same as Renovate 39.264.1 reads from these lines, by extractPackageFile of its pip_requirements.
describe('Renovate asks the CPU index', () => {
  test.each([
    ['an extra index alone', `--extra-index-url ${cpu}\n`],
    ['an extra index in quotes', `--extra-index-url "${cpu}"\n`],
    ['two extra indexes', `--extra-index-url https://example.org/simple\r\n--extra-index-url ${cpu}\r\n`],
    ['the CPU index as the main one', `--index-url ${cpu}\n`],
    ['the same in short', `-i ${cpu}/\n`],
    ['the last of two main indexes', `-i https://example.org/simple\n-i ${cpu}\n`],
    ['a mirror of it', '--extra-index-url https://mirror.example.org/pytorch-wheels/cpu\n'],
  ])('for %s', (_, text) => expect(renovateAsksCpuIndex(text, cpu)).toBe(true))
})

describe('Renovate does not ask the CPU index', () => {
  test.each([
    ['no index', 'torch==2.1.0+cpu\n'],
    ['an extra index beside a main one', `--index-url https://example.org/simple\n--extra-index-url ${cpu}\n`],
    ['an equals sign', `--extra-index-url=${cpu}\n`],
    ['an indented line', ` --extra-index-url ${cpu}\n`],
    ['a page of wheels', `--find-links ${cpu}/torch/\n`],
    ['a page of wheels in short', `-f ${cpu}/torch/\n`],
    ['an index of CUDA builds', '--extra-index-url https://download.pytorch.org/whl/cu118\n'],
    ['a comment', `# --extra-index-url ${cpu}\n`],
  ])('for %s', (_, text) => expect(renovateAsksCpuIndex(text, cpu)).toBe(false))
})
