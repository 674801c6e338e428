import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import type { IndexSpec } from './loopback/indexes.ts'
import { makeWheel } from './loopback/wheel.ts'
import { sandbox } from './sandbox.ts'

/** Hashed files where the page of the CPU index gives no hash, as happens to fresh releases. */
const tag = 'cp311-cp311-manylinux_2_28_x86_64'
const cpu: IndexSpec = {
  torch: { '2.1.0+cpu': { tags: [tag], wheels: 'unhashed' } },
  torchvision: { '0.16.0+cpu': { tags: [tag], wheels: 'gone' } },
}
const old = '0'.repeat(64)

const { indexes, temporary: cwd, optionsIn } = sandbox(cpu, {})

function rewriting(text: string, notices: string[] = []) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  return rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    sizes: false,
    onNotice: message => notices.push(message),
  })
}

test('the wheel is fetched, and its hash worked out', async () => {
  const notices: string[] = []
  await save(await rewriting(`torch==2.1.0 --hash=sha256:${old}\n`, notices))
  const { sha256, filename } = makeWheel('torch', '2.1.0+cpu', tag)
  expect(readFileSync(join(cwd, 'requirements.txt'), 'utf8')).toBe(
    `--extra-index-url ${indexes.cpu}\ntorch==2.1.0+cpu --hash=sha256:${sha256}\n`,
  )
  expect(notices).toContain(`the index gives no hash of ${filename}, so it is fetched to work it out`)
})

test('a line whose hash cannot be had is not written', async () => {
  const text = `torchvision==0.16.0 --hash=sha256:${old}\n`
  await expect(rewriting(text)).rejects.toThrow(
    /requirements\.txt pins hashes, and that of torchvision-0\.16\.0\+cpu-.*\.whl is not to be had/,
  )
  expect(readFileSync(join(cwd, 'requirements.txt'), 'utf8')).toBe(text)
})

test('a file without hashes needs none', async () => {
  const notices: string[] = []
  await rewriting('torch==2.1.0\n', notices)
  expect(notices).toEqual([])
})
