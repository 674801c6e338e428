import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'

/** The placeholder on the public index that bears the name of PyTorch. */
let indexes: Loopback
let cwd: string

beforeAll(async () => {
  indexes = await serveIndexes({}, { pytorch: { '1.0.2': { tags: ['py3-none-any'] } } })
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-pytorch-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(cwd, { recursive: true })
})

function run(text: string) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  return rewrite(['requirements.txt'], {
    cwd,
    python: ['3.11'],
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    sizes: false,
    cacheDir: join(cwd, 'cache'),
    environment: { HOME: cwd, PIP_CONFIG_FILE: '/dev/null' },
  })
}

test('pytorch with a version of conda: what it is, and what to write', async () => {
  const run11 = run('pytorch==1.11.0\n')
  await expect(run11).rejects.toThrow('it is a placeholder that cannot be installed; the project is called torch')
  await expect(run11).rejects.toMatchObject({ code: 'NO_SOLUTION', hint: 'write torch in place of pytorch' })
})

test('pytorch alone resolves to the placeholder, which is told', async () => {
  const { result } = await run('pytorch\n')
  expect(result.files[0]!.diagnostics).toMatchObject([{ code: 'misleading-name', hint: 'write torch in its place' }])
})
