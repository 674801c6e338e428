import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** Which of several answers of the resolver counts. */
const { indexes, temporary: cwd, environment } = sandbox(cpu2023, main2023)

function rewriting(text: string, more: Partial<Options>) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  return rewrite(['requirements.txt'], { cwd, environment, python: ['3.11'], sizes: false, ...more })
}

const codes = async (text: string, more: Partial<Options>): Promise<string[]> =>
  (await rewriting(text, more)).result.files[0]!.diagnostics.map(({ code }) => code)

test('a trap that nothing avoids is a warning from the snapshot too, and no refusal', async () => {
  const found = await codes('torch==2.1.0\nnumpy==2.4.6\n', { offline: true, cacheDir: join(cwd, 'nothing') })
  expect(found).toContain('fails-at-run-time')
})

test('from the snapshot too, targets that take different versions are chosen for one by one', async () => {
  const text = 'torch==2.0.1 ; python_version < "3.11"\ntorch==2.1.0 ; python_version >= "3.11"\n'
  const { result } = await rewriting(text, {
    offline: true,
    cacheDir: join(cwd, 'nothing'),
    python: ['3.10', '3.11'],
  })
  const to = result.files[0]!.changes.map(change => change.to)
  expect(to).toContain('torch==2.0.1+cpu ; python_version < "3.11"')
  expect(to).toContain('torch==2.1.0+cpu ; python_version >= "3.11"')
})

test('a trap on several targets is told once', async () => {
  const found = await codes('torch==2.1.0\nnumpy==2.0.0\n', {
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(cwd, 'cache'),
    python: ['3.10', '3.11'],
  })
  expect(found.filter(code => code === 'fails-at-run-time')).toHaveLength(1)
})

test('a page of links that cannot be read is told once, and not asked for again', async () => {
  const notices: string[] = []
  const before = indexes.requests.length
  await rewriting(`-f ${indexes.links}/nothing/\n-f http://127.0.0.1:1/x.html\nfastapi\nflask\n`, {
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(cwd, 'cache'),
    onNotice: message => notices.push(message),
  })
  expect(notices).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 cannot be reached: .*; what it links to does not count$/),
  ])
  expect(indexes.requests.slice(before).filter(request => request.includes('/links/'))).toHaveLength(1)
})
