import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockText, readCases } from '../../integrations/pylock/cases.ts'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

/** Locks of PEP 751 that uv and pip made, rewritten in their place. See integrations/pylock for what these say of the result. */
const box = sandbox()
let indexes: ProjectIndexes
let origin = ''
beforeAll(async () => {
  indexes = await serveProjectIndexes()
  origin = new URL(indexes.main).origin
})
afterAll(() => indexes.close())

const cases = readCases()

function folderOf(name: string, text: string, path = 'pylock.toml') {
  const cwd = join(box.temporary, name)
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(cwd, path), text)
  return {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: box.environment,
  }
}
const textOf = (name: string, side: 'before' | 'after') =>
  lockText(cases.find(one => one.name === name)!, side, origin)!
const flagsOf = (flags: readonly string[] = []) => (flags[0] === '--python' ? { python: [flags[1]!] } : {})

test.each(cases)('$name: $expected.why', async one => {
  const { name, expected } = one
  const before = lockText(one, 'before', origin)!
  const options = { ...folderOf(name, before), ...flagsOf(expected.flags) }
  const path = join(options.cwd, 'pylock.toml')
  const run = () => rewrite(['pylock.toml'], options)
  if (expected.exitCode) {
    await expect(run()).rejects.toMatchObject({
      exitCode: expected.exitCode,
      message: expect.stringContaining(expected.message!),
      hint: expect.stringMatching(/^it is an export/),
    })
    return
  }
  const done = await run()
  const [file] = done.result.files
  expect([...new Set(file!.diagnostics.map(({ code }) => code))].sort()).toEqual([...expected.says!].sort())
  expect(file!.changed).toBe(!expected.unchanged)
  await save(done)
  expect(readFileSync(path, 'utf8')).toBe(lockText(one, 'after', origin))
  const again = await run()
  expect(again.rewritten).toEqual([])
  expect(again.result.files.flatMap(({ changes }) => changes)).toEqual([])
})

test('the result tells each package, the targets and the bytes', async () => {
  const { result } = await rewrite(['pylock.toml'], folderOf('result', textOf('uv-export', 'before')))
  expect(result.files[0]!.changes.map(({ action, name, from, to }) => [action, name, from, to])).toEqual([
    ['remove', 'cuda-bindings', 'cuda-bindings==13.0.3', ''],
    ['remove', 'nvidia-cublas', 'nvidia-cublas==13.1.0.3', ''],
    ['switch', 'torch', 'torch==2.13.0', 'torch==2.13.0, torch==2.13.0+cpu'],
    ['switch', 'torchvision', 'torchvision==0.28.0', 'torchvision==0.28.0, torchvision==0.28.0+cpu'],
    ['remove', 'triton', 'triton==3.7.0', ''],
  ])
  expect(result.target).toEqual({
    python: ['3.12', '3.11'],
    platforms: ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64'],
    source: 'the lock file',
  })
  const { before, after, saved } = result.savings!
  expect(before.packages - after.packages).toBe(3)
  expect(saved.download).toBe(before.download - after.download)
  expect(result.units).toHaveLength(1)
})

test('a byte order mark stays', async () => {
  const options = folderOf('bom', `\uFEFF${textOf('pip-lock', 'before')}`, 'pylock.dev.toml')
  await save(await rewrite(['pylock.dev.toml'], options))
  expect(readFileSync(join(options.cwd, 'pylock.dev.toml'), 'utf8')).toBe(`\uFEFF${textOf('pip-lock', 'after')}`)
})

test('beside requirements files both are rewritten, each on its own', async () => {
  const options = folderOf('beside', textOf('pip-lock', 'before'))
  writeFileSync(join(options.cwd, 'requirements.txt'), 'torch==2.8.0\n')
  const { result, rewritten } = await rewrite(['requirements.txt', 'pylock.toml'], { ...options, python: ['3.11'] })
  expect(result.files.map(({ path, changed }) => [path, changed])).toEqual([
    ['requirements.txt', true],
    ['pylock.toml', true],
  ])
  expect(rewritten).toHaveLength(2)
})

test.each([
  ['[[packages]\n', /^pylock\.toml is no TOML/],
  ['lock-version = "1.0"\npackages = [{ name = "torch" }]\n', /^pylock\.toml lists its packages in one value/],
])('%j cannot be edited', async (text, message) => {
  await expect(rewrite(['pylock.toml'], folderOf('unreadable', text))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringMatching(message),
  })
})
