import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { TorchpinError } from '../src/contract/errors.ts'
import type { PackageIndex } from '../src/package-index/project-page.ts'
import { skippedIndex } from '../src/package-index/skipped-index.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { serve } from './package-index/server.ts'
import { sandbox } from './sandbox.ts'

/** Where nobody listens, and what runs make of it in each role. */
let dead: string

const { indexes, environment, folderWith } = sandbox(cpu2023, main2023)
beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  dead = `http://127.0.0.1:${(server.address() as { port: number }).port}/simple`
  await new Promise(resolve => server.close(resolve))
})

async function run(text: string) {
  const cwd = folderWith({ 'requirements.txt': text })
  const notices: string[] = []
  const done = rewrite(['requirements.txt'], {
    cwd,
    python: ['3.11'],
    cpuIndexUrl: indexes.cpu,
    ...(text.includes('--index-url') ? {} : { indexUrl: indexes.main }),
    sizes: false,
    cacheDir: join(cwd, 'cache'),
    environment: { ...environment, PIP_RETRIES: '0' },
    onNotice: notice => notices.push(notice),
  })
  return { done, notices, after: () => readFileSync(join(cwd, 'requirements.txt'), 'utf8') }
}

test('a run goes on without a dead extra index, as pip does, and says so at its line', async () => {
  const { done, notices } = await run(`flask>=2\n--extra-index-url ${dead}\ntorch>=2\n`)
  const [file] = (await done).result.files
  expect(file!.changes.map(({ to }) => to)).toContain('torch==2.1.0+cpu')
  expect(file!.diagnostics.filter(({ code }) => code === 'index-not-reached')).toMatchObject([
    {
      level: 'warning',
      line: 2,
      message: `${dead} cannot be reached, so all packages were chosen without it, as pip would do`,
    },
  ])
  expect(notices.filter(notice => notice.includes('goes on without this extra index'))).toHaveLength(1)
})

test.each(['ours>=1', 'ours==1.0', 'flask>=99'])(
  'what only the dead index may have is not said to be absent: %s',
  async line => {
    const text = `--extra-index-url ${dead}\n${line}\n`
    const { done, after } = await run(text)
    await expect(done).rejects.toMatchObject({ code: 'INDEX_UNREACHABLE', exitCode: 4 })
    await expect(done).rejects.toThrow(`${dead} could not be reached, and may have it`)
    expect(after()).toBe(text)
  },
)

test('what no index could have is still said to be so where all were asked', async () => {
  const { done } = await run('ours>=1\n')
  await expect(done).rejects.toMatchObject({ code: 'NO_SOLUTION' })
})

test('a dead main index ends the run, and its hint does not lead back to where it came from', async () => {
  const { done } = await run(`--index-url ${dead}\ntorch>=2\nflask>=2\n`)
  await expect(done).rejects.toMatchObject({
    code: 'INDEX_UNREACHABLE',
    hint: expect.not.stringContaining('--offline'),
  })
})

test('an extra index that answers badly is there, and ends the run', async () => {
  const broken = await serve((_, response) => response.writeHead(500).end())
  const { done } = await run(`--extra-index-url ${broken.url}/simple\nflask>=2\n`)
  await expect(done).rejects.toMatchObject({ code: 'INDEX_UNREACHABLE' })
})

test('an index that goes away during the run is not skipped', async () => {
  let gone = false
  const nobody = new TorchpinError('INDEX_UNREACHABLE', 'gone', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  })
  const live: PackageIndex = {
    url: 'memory:x',
    project: async () => {
      if (gone) throw nobody
      return undefined
    },
    metadata: async () => undefined,
    sizes: async () => ({ exact: false }),
  }
  const index = skippedIndex(live, () => undefined)
  await index.project('a')
  gone = true
  await expect(index.project('b')).rejects.toBe(nobody)
  expect(index.unreached).toBe(false)
})
