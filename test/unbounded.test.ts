import { symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { audit } from '../src/audit.ts'
import { checkDockerfile } from '../src/docker-check.ts'
import { initDocker } from '../src/docker-init.ts'
import { exitCodeOf, TorchpinError } from '../src/errors.ts'
import { parseSimpleHtml } from '../src/package-index/simple-html.ts'
import { DEEPEST_INCLUDE, filesByPath, loadRequirements, reachable } from '../src/requirements/files.ts'
import { effectiveIndexes } from '../src/requirements/index-order.ts'
import { refuseUnreadable } from '../src/unreadable.ts'
import { file, tarOf } from './audit/make-tar.ts'

/** Input that has no end, or none that matters, is refused in words; it is never taken for a bug. */

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torchpin-unbounded-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const chain = (length: number) =>
  Object.fromEntries(
    Array.from({ length: length + 1 }, (_, i) => [`r${i}.txt`, i < length ? `-r r${i + 1}.txt\n` : 'a\n']),
  )

test('exit codes: 70 for whatever is no TorchpinError', () => {
  expect(exitCodeOf(new RangeError('Maximum call stack size exceeded'))).toBe(70)
  expect(exitCodeOf('thrown')).toBe(70)
  expect(exitCodeOf(new TorchpinError('FILE_UNREADABLE', 'x'))).toBe(2)
})

test('a chain of as many includes as are followed', async () => {
  const files = await loadRequirements(['r0.txt'], { cwd: await folderWith(chain(DEEPEST_INCLUDE)) })
  expect(reachable(files[0]!, filesByPath(files))).toHaveLength(DEEPEST_INCLUDE + 1)
})

test('a chain of 2,000 includes', async () => {
  const loading = loadRequirements(['r0.txt'], { cwd: await folderWith(chain(2_000)) })
  await expect(loading).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'r500.txt:1 includes a file 501 includes deep',
  })
})

test('files that include the next one twice: 2 to the power of 60 ways', async () => {
  const doubled = Object.fromEntries(
    Array.from({ length: 61 }, (_, i) => [
      `r${i}.txt`,
      i < 60 ? `-r r${i + 1}.txt\n`.repeat(2) : '--extra-index-url x\n',
    ]),
  )
  const files = await loadRequirements(['r0.txt'], { cwd: await folderWith(doubled) })
  expect(effectiveIndexes(files[0]!, filesByPath(files)).extraIndexUrls).toHaveLength(1)
})

test('20,000 broken lines are ten and a count', async () => {
  const files = await loadRequirements(['a.txt'], { cwd: await folderWith({ 'a.txt': 'a=1=b\n'.repeat(20_000) }) })
  let told = ''
  try {
    refuseUnreadable(files, new Set())
  } catch (error) {
    told = (error as TorchpinError).message
  }
  expect(told.split('\n')).toHaveLength(41)
  expect(told).toMatch(/\n… and 19,990 more like it: this is a line of a conda list: .*$/)
})

test('an archive with a path 20,000 folders deep', async () => {
  const folder = await folderWith({ 'image.tar': tarOf([file(`${'a/'.repeat(20_000)}b`)]) })
  await expect(audit(join(folder, 'image.tar'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test('a page of tags that are nested without end', () => {
  expect(() => parseSimpleHtml('<div>'.repeat(100_000), 'https://h/simple/a/')).toThrow(
    /its tags are nested more than 500 deep/,
  )
})

test.each([
  ['characters', `FROM a\n${'#'.repeat(300_000)}\n`],
  ['instructions', `FROM a\n${'ENV A=1\n'.repeat(3_000)}`],
  ['stages', 'FROM a\n'.repeat(300)],
  ['commands', `FROM a\nRUN ${'a;'.repeat(3_000)}\n`],
  ['installs', `FROM a\nRUN ${'pip install torch;'.repeat(200)}\n`],
])('a Dockerfile with more %s than are looked at', async (what, text) => {
  const folder = await folderWith({ Dockerfile: text })
  await expect(checkDockerfile([], { cwd: folder })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(new RegExp(`^Dockerfile has more than \\d+ ${what}`)),
  })
})

test('docker init beside a Dockerfile that is a link to nothing', async () => {
  const folder = await folderWith({ 'requirements.txt': 'torch\n' })
  symlinkSync(join(folder, 'nothing'), join(folder, 'Dockerfile'))
  await expect(initDocker('.', { cwd: folder })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'Dockerfile does not exist',
  })
})
