import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyProject, readRows } from '../../integrations/uv-projects/rows.ts'
import { check } from '../../src/check/check.ts'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

/** Without any uv: what the files say is torchpin's own, and the lock stays. See integrations/uv-projects for the rest. */
const box = sandbox()
let indexes: ProjectIndexes
beforeAll(async () => {
  indexes = await serveProjectIndexes()
})
afterAll(() => indexes.close())

const rows = readRows([])

const optionsIn = (cwd: string) => ({
  cwd,
  cpuIndexUrl: indexes.cpu,
  indexUrl: indexes.main,
  cacheDir: join(box.temporary, 'cache'),
  environment: { ...box.environment, PATH: '' },
  sizes: false,
})

test.each(rows)('$name: $expected.why', async ({ name, folder, expected }) => {
  const cwd = join(box.temporary, name)
  copyProject(join(folder, 'before'), cwd, indexes.placed)
  const options = optionsIn(cwd)
  const run = () => rewrite([expected.script ?? (expected.named ? 'pyproject.toml' : '.')], options)
  if (expected.exitCode !== 0) {
    await expect(run()).rejects.toMatchObject({ exitCode: expected.exitCode })
    return
  }
  await save(await run())
  const after = join(box.temporary, `${name}-after`)
  copyProject(join(folder, 'after'), after, indexes.placed)
  const isOwn = (path: string) => !path.endsWith('.lock')
  for (const path of expected.changes.filter(isOwn))
    expect(readFileSync(join(cwd, path), 'utf8'), path).toBe(readFileSync(join(after, path), 'utf8'))
  const again = await run()
  expect(again.rewritten).toEqual([])
})

/** Two extras that exclude each other, as `fixtures/uv-projects/Y`: torchpin leaves that choice to the user. */
const byChoice = `[project]
name = "app"
version = "0.1.0"
requires-python = ">=3.11,<3.14"

[project.optional-dependencies]
cpu = ["torch>=2.12"]
cu = ["torch>=2.12"]
`

test.each<[chosen: { extras?: string[]; groups?: string[] }, notices: string[]]>([
  [{}, []],
  [{ extras: ['cpu'] }, []],
  [{ extras: ['CPU', 'gpu'] }, ['no project here has an extra gpu']],
  [{ groups: ['dev'] }, ['no project here has a dependency group dev']],
])('%j: an extra or a group that no project has is said', async (chosen, expected) => {
  const cwd = box.folderWith({ 'pyproject.toml': byChoice })
  const notices: string[] = []
  await rewrite(['pyproject.toml'], {
    ...optionsIn(cwd),
    onNotice: notice => notices.push(notice),
    ...chosen,
  })
  expect(notices.filter(notice => notice.startsWith('no project here'))).toEqual(expected)
})

test('a lock that stays as it is saves nothing, whatever could be chosen in its place', async () => {
  const cwd = join(box.temporary, 'stays')
  copyProject(join(rows.find(({ name }) => name === 'Y')!.folder, 'before'), cwd, indexes.placed)
  const { result } = await rewrite(['.'], {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: { ...box.environment, PATH: '' },
    extras: ['cu'],
  })
  expect(result.files.map(({ path, changed }) => [path, changed])).toEqual([['pyproject.toml', false]])
  expect(result.savings?.after).toEqual(result.savings?.before)
  expect(result.savings?.before.packages).toBeGreaterThan(1)
})

test('CUDA is laid to what is installed, and not to the group that names torch for its source', async () => {
  const cwd = join(box.temporary, 'laid')
  copyProject(join(rows.find(({ name }) => name === 'E')!.folder, 'before'), cwd, indexes.placed)
  const options = optionsIn(cwd)
  const cuda = async () => {
    const { findings } = await check(['.'], options)
    return findings.filter(({ code }) => code === 'cuda-installed').map(({ message, hint }) => ({ message, hint }))
  }
  const [before] = await cuda()
  expect(before!.message).toMatch(/^sentence-transformers brings CUDA on linux-x86_64: /)
  await save(await rewrite(['.'], options))
  expect(readFileSync(join(cwd, 'pyproject.toml'), 'utf8')).toContain('cpu-torch = ["torch"]')
  // The lock is as it was, so the same is installed; what fixes it is a lock that is updated.
  expect(await cuda()).toEqual([{ ...before, hint: 'torchpin rewrite pyproject.toml' }])
})
