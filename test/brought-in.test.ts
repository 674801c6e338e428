import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'

/** GPU packages that no line names, and that come with one that does. */
const linux = { tags: ['cp311-cp311-manylinux_2_28_x86_64'] }
const pure = { tags: ['py3-none-any'] }

let indexes: Loopback
let cwd: string
beforeAll(async () => {
  indexes = await serveIndexes(
    { torch: { '2.1.0+cpu': linux } },
    {
      torch: { '2.1.0': linux },
      server: { '1.0': { ...pure, requires: ['torch', 'flash-attn', 'kernels', 'nvidia-cudnn-cu12'] } },
      kernels: { '1.0': { ...pure, requires: ['cupy-cuda12x'] } },
      shop: { '1.0': { ...pure, requires: ['cupy-cuda12x'] } },
      ...Object.fromEntries(['flash-attn', 'nvidia-cudnn-cu12', 'cupy-cuda12x'].map(name => [name, { '1.0': pure }])),
    },
  )
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-brought-in-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(cwd, { recursive: true })
})

test.each([
  { id: 'one', line: 'shop', messages: ['shop brings cupy-cuda12x: it computes on GPUs only'] },
  {
    id: 'several are one notice, with their names',
    line: 'server',
    messages: [
      'packages for GPUs come along: server brings flash-attn, nvidia-cudnn-cu12; kernels brings cupy-cuda12x',
    ],
  },
])('$id', async ({ line, messages }) => {
  writeFileSync(join(cwd, 'requirements.txt'), `${line}\n`)
  const { result } = await rewrite(['requirements.txt'], {
    cwd,
    python: ['3.11'],
    platform: ['linux-x86_64'],
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    environment: { PIP_CONFIG_FILE: '/dev/null' },
  })
  const found = result.files[0]!.diagnostics.filter(({ code }) => code === 'gpu-package-needed')
  expect(found.map(({ message }) => message)).toEqual(messages)
})
