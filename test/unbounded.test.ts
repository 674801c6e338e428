import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { audit } from '../src/audit/audit.ts'
import { exitCodeOf, TorchpinError } from '../src/contract/errors.ts'
import { checkDockerfile } from '../src/docker/check.ts'
import { initDocker } from '../src/docker/init.ts'
import { isIgnored, rulesGiven } from '../src/files/git-ignore.ts'
import {
  DEEPEST_INCLUDE,
  filesByPath,
  LARGEST_RUN,
  loadRequirements,
  MOST_LINES,
  MOST_LINES_OF_A_RUN,
  reachable,
} from '../src/formats/requirements/files.ts'
import { effectiveIndexes } from '../src/formats/requirements/index-order.ts'
import { parseSimpleHtml } from '../src/package-index/simple-html.ts'
import { jobsOfWorkflow } from '../src/project-files/ci-jobs.ts'
import { refuseUnreadable } from '../src/run/unreadable.ts'
import { MOST_PROJECTS, requirementLines } from '../src/torch/lines.ts'
import { file, tarOf } from './audit/make-tar.ts'
import { isFull, runs } from './full.ts'
import { folderWith } from './workspace/temporary.ts'

/** Input that has no end, or none that matters, is refused in words; it is never taken for a bug. */

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
  const files = await loadRequirements(['r0.txt'], { cwd: folderWith(chain(DEEPEST_INCLUDE)) })
  expect(reachable(files[0]!, filesByPath(files))).toHaveLength(DEEPEST_INCLUDE + 1)
})

test('a chain of 2,000 includes', async () => {
  const loading = loadRequirements(['r0.txt'], { cwd: folderWith(chain(2_000)) })
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
  const files = await loadRequirements(['r0.txt'], { cwd: folderWith(doubled) })
  expect(effectiveIndexes(files[0]!, filesByPath(files)).extraIndexUrls).toHaveLength(1)
})

test('a file of many pins with hashes on lines of their own is read', async () => {
  const count = runs(10_000, 100_000)
  const pin = `six==1.17.0 \\\n    --hash=sha256:${'a'.repeat(64)}\n`
  const files = await loadRequirements(['r.txt'], { cwd: folderWith({ 'r.txt': pin.repeat(count) }) })
  expect(files[0]!.statements).toHaveLength(count)
})

test.each([
  ['line feeds', '\n'],
  ['carriage returns and line feeds', 'a\r\n'],
  ['lines of one letter', 'a\n'],
  ['continued lines', 'a\\\n'],
  ['form feeds', '\f'],
  ['line separators of Unicode', '\u2028'],
])('more lines than a file may have: %s', async (_, line) => {
  const cwd = folderWith({ 'r.txt': line.repeat(MOST_LINES + 1) })
  await expect(loadRequirements(['r.txt'], { cwd })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: `r.txt has more than ${MOST_LINES} lines`,
  })
})

test.each([
  ['lines', 'a\n'.repeat(MOST_LINES_OF_A_RUN / 2 + 1), 2] as const,
  // A quarter of a gigabyte is written for it.
  ...(isFull ? [['bytes', `# ${'a'.repeat(15 * 2 ** 20)}\n`, LARGEST_RUN / 2 ** 24 + 1] as const] : []),
])('files of a run that have too many %s together', async (_, text, count) => {
  const names = Array.from({ length: count }, (_, i) => `r${i}.txt`)
  const cwd = folderWith(Object.fromEntries(names.map(name => [name, text])))
  await expect(loadRequirements(names, { cwd })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(`^the requirements files of this run, up to ${names.at(-1)}, have more than `),
  })
})

test.each([
  ['projects', (i: number) => `p${i}\n`],
  ['extras', (i: number) => `p[e${i}]\n`],
  ['wheels by URL', (i: number) => `p${i} @ https://h.invalid/p${i}-1-py3-none-any.whl\n`],
])('more than can be resolved together: %s', async (_, line) => {
  const of = (count: number) => Array.from({ length: count }, (_, i) => line(i)).join('')
  const target = { python: '3.12', platform: 'linux-x86_64' } as const
  const cwd = folderWith({ 'few.txt': of(MOST_PROJECTS - 1), 'many.txt': of(MOST_PROJECTS + 1) })
  const [few, many] = await loadRequirements(['few.txt', 'many.txt'], { cwd })
  requirementLines([few!], [target])
  expect(() => requirementLines([many!], [target])).toThrow(/^many\.txt:\d+ asks for one more than 3000 projects$/)
})

test('broken lines are ten and a count', async () => {
  const count = runs(2_000, 20_000)
  const files = await loadRequirements(['a.txt'], { cwd: folderWith({ 'a.txt': 'a=1=b\n'.repeat(count) }) })
  let told = ''
  try {
    refuseUnreadable(files, new Set())
  } catch (error) {
    told = (error as TorchpinError).message
  }
  expect(told.split('\n')).toHaveLength(41)
  expect(told).toMatch(
    new RegExp(`\\n… and ${(count - 10).toLocaleString('en')} more like it: this is a line of a conda list: .*$`),
  )
})

test('an archive with a path 20,000 folders deep', async () => {
  const folder = folderWith({ 'image.tar': tarOf([file(`${'a/'.repeat(20_000)}b`)]) })
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
  const folder = folderWith({ Dockerfile: text })
  await expect(checkDockerfile([], { cwd: folder })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(new RegExp(`^Dockerfile has more than \\d+ ${what}`)),
  })
})

test.each(['a'.repeat(300_000), 'a\n'.repeat(150_000)])('an ignore file that is too long', async text => {
  const folder = folderWith({ Dockerfile: 'FROM a\n', '.dockerignore': text, 'requirements.txt': 'six\n' })
  const refused = {
    code: 'FILE_UNREADABLE',
    message: '.dockerignore has more than 262144 characters, so it is not looked at',
  }
  await expect(checkDockerfile([], { cwd: folder })).rejects.toMatchObject(refused)
  await expect(initDocker('.', { cwd: folder, force: true })).rejects.toMatchObject(refused)
})

test('a .gitignore with a line of a million letters leaves out what its other lines say', async () => {
  const rules = rulesGiven('/r', ['b', 'a'.repeat(1_000_000)])
  expect(isIgnored(rules, '/r/b', false)).toBe(true)
  expect(isIgnored(rules, '/r/a', false)).toBe(false)
})

test.each([
  ['lists in lists', '- '],
  ['keys of keys', '? '],
  ['errors', '@\n'],
  ['comments', '#\n'],
])('a workflow of a mebibyte says nothing: %s', async (_, part) => {
  expect(await jobsOfWorkflow(`python: 1\n${part.repeat(500_000)}`)).toEqual([])
})

test('aliases of themselves, and of lists of nine of them, forty times over', async () => {
  const lists = Array.from({ length: 40 }, (_, i) => `k${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]\n`).join('')
  const bomb = `python: &a0 3.11\n${lists}jobs: &j {t: *j, u: {steps: *a40, container: *a40}}\n`
  expect(await jobsOfWorkflow(bomb)).toEqual([])
})

test('docker init beside a Dockerfile that is a link to nothing', async () => {
  const folder = folderWith({ 'requirements.txt': 'torch\n' })
  symlinkSync(join(folder, 'nothing'), join(folder, 'Dockerfile'))
  await expect(initDocker('.', { cwd: folder })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'Dockerfile is a link to nothing',
  })
})
