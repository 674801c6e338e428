import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import type { IndexSpec } from '../loopback/indexes.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'

/** The index of CPU builds with the plain dependencies of torch, as PyTorch has them there. */
const cpu: IndexSpec = {
  ...cpu2023,
  filelock: { '3.12.0': { tags: ['py3-none-any'] } },
  'typing-extensions': { '4.8.0': { tags: ['py3-none-any'] } },
  numpy: { '1.26.4': { tags: ['py3-none-any'] } },
  requests: { '2.28.1': { tags: ['py3-none-any'] } },
}

const { indexes, temporary, environment, folderWith } = sandbox(cpu, main2023)

/** Rewrites a file in which {WHL} stands for the folder of PyTorch's indexes and {MAIN} for the public one. */
async function rewritten(text: string) {
  const whl = indexes.cpu.replace(/\/cpu$/, '')
  const cwd = folderWith({})
  const path = join(cwd, 'requirements.txt')
  writeFileSync(path, text.replaceAll('{WHL}', whl).replaceAll('{MAIN}', indexes.main))
  const made = await rewrite(['requirements.txt'], {
    cwd,
    python: ['3.11'],
    sizes: false,
    cpuIndexUrl: indexes.cpu,
    cacheDir: join(temporary, 'cache'),
    environment,
  })
  await save(made)
  const now = readFileSync(path, 'utf8').replaceAll(whl, '{WHL}').replaceAll(indexes.main, '{MAIN}')
  return { text: now, codes: made.result.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)) }
}

describe("PyTorch's own index as the main one answers for every name", () => {
  test.each([
    ['of CPU builds', '--index-url {WHL}/cpu\ntorch==2.1.0\n', '--index-url {WHL}/cpu\ntorch==2.1.0+cpu\n'],
    ['with a slash', '-i {WHL}/cpu/\ntorch>=2\n', '-i {WHL}/cpu/\ntorch==2.1.0+cpu\n'],
    ['of CUDA builds, which gives way', '-i {WHL}/cu121\ntorch==2.1.0\n', '-i {WHL}/cpu\ntorch==2.1.0+cpu\n'],
    [
      'with the companions of torch',
      '--index-url {WHL}/cu118/\ntorch==2.0.1+cu118\ntorchvision\n',
      '--index-url {WHL}/cpu/\ntorch==2.0.1+cpu\ntorchvision==0.15.2+cpu\n',
    ],
    ['of ROCm builds', '-i {WHL}/rocm5.6\ntorch\n', '-i {WHL}/cpu\ntorch==2.1.0+cpu\n'],
    ['of nightly builds', '-i {WHL}/nightly/cu121\ntorch\n', '-i {WHL}/cpu\ntorch==2.1.0+cpu\n'],
    [
      'its other projects too',
      '-i {WHL}/cpu\ntorch\nrequests>=2\n',
      '-i {WHL}/cpu\ntorch==2.1.0+cpu\nrequests==2.28.1\n',
    ],
    [
      'and not alone where another is named',
      '-i {WHL}/cpu\n--extra-index-url {MAIN}\ntorch\nrequests>=2\n',
      '-i {WHL}/cpu\n--extra-index-url {MAIN}\ntorch==2.1.0+cpu\nrequests==2.31.0\n',
    ],
  ])('%s', async (_, before, after) => {
    expect((await rewritten(before)).text).toBe(after)
    expect((await rewritten(after)).text).toBe(after)
  })

  test('where uv would take torch from another index first, that is said', async () =>
    expect((await rewritten('-i {WHL}/cpu\n--extra-index-url {MAIN}\ntorch\n')).codes).toContain('uv-first-index'))

  test.each([
    ['a project', 'flask', /the CPU index has no project named flask/i],
    ['a release', 'requests>=2.31', /the CPU index has 2\.28\.1/],
  ])('%s that it does not have is missing, and what to write is said', async (_, line, message) => {
    await expect(rewritten(`-i {WHL}/cpu\ntorch\n${line}\n`)).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/--extra-index-url, which stands beside the public index/),
    })
  })
})
