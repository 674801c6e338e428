import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { explain } from '../src/explain/explain.ts'
import { explanationText } from '../src/report/explain.ts'
import { filesBelow } from './expected-folder.ts'

const folder = resolve(import.meta.dirname, '../fixtures/messages')
const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false }

/**
 * Messages as people post them, and what somebody who does not know torchpin should do next, in words of the answer.
 * The whole answer stands beside the message.
 */
const next: Readonly<Record<string, string>> = {
  hashes: 'torchpin rewrite requirements.txt',
  libcudnn: 'Do not install CUDA for it',
  libgl: 'put opencv-python-headless in its place, or, where another package brings opencv-python, install libgl1',
  triton: 'Leave out the package that imports it',
  'no-space': 'torchpin check requirements.txt',
  'label-with-range': 'torchpin rewrite requirements.txt',
  'uv-lock-platform': 'on macOS ask for torch==2.9.1, on Alpine take an image with glibc; then run uv lock again',
  'pip-cpu-pin-without-index': 'torchpin rewrite adds it',
  'pip-cuda-pin': 'torch==2.7.1+cpu from the CPU index, and torchpin rewrite writes both',
  'pip-no-version-at-all': 'compare python -VV with torchpin versions torch',
  'uv-first-index': 'uv pip install --torch-backend cpu -r requirements.txt',
  'uv-torch-on-first-index': 'uv pip install --torch-backend cpu -r requirements.txt',
  'uv-release-not-on-cpu-index': 'torchpin versions torch shows what it has',
  'wheel-not-supported': 'write torch==2.1.0+cpu in its place',
  'not-compiled-with-cuda': '/app/main.py, line 12 leads to it: ask for the CPU there',
  'checkpoint-from-gpu': "give torch.load map_location='cpu'",
  'libcudart-torchaudio': 'pip uninstall -y torch torchvision torchaudio',
  nms: 'pip uninstall -y torch torchvision torchaudio',
  'numpy-2': 'add numpy<2 to the requirements, or take a newer torch',
  'flash-attn-build': 'take it out of the requirements',
  'killed-in-docker': 'torchpin rewrite requirements.txt',
  'illegal-instruction': 'lscpu | grep avx',
  bitsandbytes: 'load the model without quantization_config',
  xformers: 'pip uninstall xformers',
  'undefined-symbol': 'torchpin rewrite says on which page its CPU wheels are',
}

test.each(Object.entries(next))('%s: %s', async (name, step) => {
  const answer = explanationText(explain(readFileSync(join(folder, name, 'message.txt'), 'utf8')), style)
  await expect(answer).toMatchFileSnapshot(join(folder, name, 'answer.txt'))
  const [toDo = ''] = answer.replace(/\s+/g, ' ').split(' Why: ')
  expect(toDo).toContain(step)
})

test('each message has its next step', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(next).sort())
  expect(filesBelow(folder).filter(file => !/^[^/]+[/](?:message|answer)[.]txt$/.test(file))).toEqual([])
})

test('the risky way of uv is the last that is named', () => {
  const { fix } = explain('uv-first-index')[0]!
  const ways = ['--torch-backend cpu', '[tool.uv.sources]', '--find-links', 'unsafe-best-match', 'gives up its guard']
  expect(ways.map(way => fix.indexOf(way))).toEqual(ways.map(way => fix.indexOf(way)).toSorted((a, b) => a - b))
  expect(fix).not.toMatch(/unsafe-best-match.*unsafe-best-match/)
})
