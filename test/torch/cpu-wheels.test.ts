import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import type { IndexSpec } from '../loopback/indexes.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'

const cpu: IndexSpec = {
  ...cpu2023,
  torch: {
    ...cpu2023['torch'],
    '2.2.0+cpu': { tags: ['cp312-cp312-manylinux_2_28_x86_64', 'cp312-cp312-win_amd64'] },
    '2.0.0+cpu': { tags: ['cp311-cp311-linux_x86_64'], wheels: 'unhashed' },
  },
}

const { indexes, folderWith, optionsIn } = sandbox(cpu, main2023)

const cuda = 'https://download.example.org/whl/cu121'
const other = 'a'.repeat(64)

/** Rewrites a file; hashes come out as HASH, the folder of CPU wheels as {CPU}, that of public wheels as {FILES}. */
async function rewritten(text: string, python = '3.11') {
  const cwd = folderWith({})
  const path = join(cwd, 'requirements.txt')
  const files = indexes.main.replace(/simple$/, 'files')
  writeFileSync(path, text.replaceAll('{CPU}', indexes.cpu).replaceAll('{FILES}', files))
  const made = await rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    python: [python],
    sizes: false,
  })
  await save(made)
  const now = readFileSync(path, 'utf8').replaceAll(indexes.cpu, '{CPU}').replaceAll(files, '{FILES}')
  const said = made.result.files.flatMap(({ diagnostics }) => diagnostics)
  return {
    text: now.replace(/(sha256[=:])(?!a{64})[0-9a-f]{64}/g, '$1HASH'),
    said,
    codes: said.map(({ code }) => code),
  }
}

describe('a wheel for GPUs that a line names by URL becomes the CPU wheel of the release', () => {
  const wheel = '{CPU}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256=HASH'
  test.each([
    ['behind a name', `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl`, `torch @ ${wheel}`],
    ['alone', `${cuda}/torch-2.1.0+cu121-cp311-cp311-linux_x86_64.whl`, wheel],
    [
      'with a hash, extras, a marker and a comment',
      `torch[opt] @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl#sha256=${other} ; python_version == "3.11"  # here`,
      `torch[opt] @ ${wheel} ; python_version == "3.11"  # here`,
    ],
    [
      'with a hash as an option',
      `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl --hash=sha256:${other}`,
      'torch @ {CPU}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl --hash=sha256:HASH',
    ],
    [
      'with a hash, where the index gives none',
      `torch @ ${cuda}/torch-2.0.0%2Bcu118-cp311-cp311-linux_x86_64.whl#sha256=${other}`,
      'torch @ {CPU}/torch-2.0.0%2Bcpu-cp311-cp311-linux_x86_64.whl#sha256=HASH',
    ],
    [
      'without a hash, where the index gives none',
      `torch @ ${cuda}/torch-2.0.0%2Bcu118-cp311-cp311-linux_x86_64.whl`,
      'torch @ {CPU}/torch-2.0.0%2Bcpu-cp311-cp311-linux_x86_64.whl',
    ],
    [
      'of another platform tag',
      `torch @ ${cuda}/torch-2.2.0%2Bcu121-cp312-cp312-linux_x86_64.whl`,
      'torch @ {CPU}/torch-2.2.0%2Bcpu-cp312-cp312-manylinux_2_28_x86_64.whl#sha256=HASH',
      '3.12',
    ],
    [
      'for other Pythons and platforms too',
      [
        `torch @ ${cuda}/torch-2.2.0%2Bcu121-cp312-cp312-win_amd64.whl ; sys_platform == "win32"`,
        `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp310-cp310-linux_x86_64.whl ; python_version == "3.10"`,
        `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl ; python_version == "3.11"`,
      ].join('\n'),
      [
        'torch @ {CPU}/torch-2.2.0%2Bcpu-cp312-cp312-win_amd64.whl#sha256=HASH ; sys_platform == "win32"',
        'torch @ {CPU}/torch-2.1.0%2Bcpu-cp310-cp310-linux_x86_64.whl#sha256=HASH ; python_version == "3.10"',
        `torch @ ${wheel} ; python_version == "3.11"`,
      ].join('\n'),
    ],
    [
      'and its companions go by URL like it',
      `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl\ntorchvision==0.16.0+cu121\nnumpy<2`,
      `torch @ ${wheel}\ntorchvision @ {CPU}/torchvision-0.16.0%2Bcpu-cp311-cp311-linux_x86_64.whl\nnumpy==1.26.4`,
    ],
    [
      'as the public index has it',
      'torch @ {FILES}/torch-2.1.0-cp311-cp311-manylinux_2_28_x86_64.whl',
      `torch @ ${wheel}`,
    ],
  ])('%s', async (_, before, after, python = '3.11') => {
    expect((await rewritten(`${before}\n`, python)).text).toBe(`${after}\n`)
  })

  test('a second run changes nothing', async () => {
    const { text } = await rewritten(`torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl\ntorchvision\n`)
    expect((await rewritten(text)).text).toBe(text)
  })
})

describe('stays', () => {
  test.each([
    ['what has no CPU wheel', 'torch-2.0.9%2Bcu121-cp311-cp311-linux_x86_64.whl', 'has no such wheel'],
    ['what has none for this Python', 'torch-2.2.0%2Bcu121-cp311-cp311-linux_x86_64.whl', 'has no such wheel'],
    ["somebody's own build", 'torch-2.1.0-cp311-cp311-linux_x86_64.whl', 'left as it is'],
  ])('%s, and is named', async (_, file, message) => {
    const line = `torch @ ${cuda}/${file}\n`
    const { text, said } = await rewritten(line)
    expect(text).toBe(line)
    expect(said.find(({ code }) => code === 'torch-from-url')?.message).toMatch(message)
  })

  test('what a comment keeps', async () => {
    const line = `torch @ ${cuda}/torch-2.1.0%2Bcu121-cp311-cp311-linux_x86_64.whl  # torchpin: keep\n`
    expect((await rewritten(line)).text).toBe(line)
  })

  test("another project's wheel for GPUs, and is named", async () => {
    const { codes } = await rewritten(
      `flash-attn @ ${cuda}/flash_attn-2.7.4%2Bcu12torch2.3-cp311-cp311-linux_x86_64.whl\n`,
    )
    expect(codes).toContain('gpu-wheel-from-url')
  })
})
