import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandIn } from './loopback/in-process.ts'
import { cpu2026 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const { indexes, temporary } = sandbox(cpu2026, {})

/** Runs the real command, away from the settings of this machine. */
function run(args: readonly string[], env: Record<string, string> = {}) {
  return commandIn(temporary)(temporary, ['versions', ...args], { env })
}
const here = (...args: string[]) => run([...args, '--cpu-index-url', indexes.cpu])

describe('torchpin versions', () => {
  test('without a package: torch, as a table, with the lines to pin', async () => {
    const { code, stdout, stderr } = await here()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^CPU wheels of torch\n/)
    expect(stdout).toMatch(
      /^ {2}2\.15\.0\+cpu +3\.11–3\.14, 3\.14t +linux macos windows +0\.29\.2 +2\.11\.1 +– +0\.16\.0$/m,
    )
    expect(stdout).toMatch(/To pin the newest:\n {2}--extra-index-url \S+\n {2}torch==2\.15\.0\+cpu\n$/)
  })

  test('a platform without labels is pinned without one', async () => {
    const { stdout } = await here('--platform', 'macos-arm64', '--python', '3.10')
    expect(stdout).toMatch(/\n {2}torch==2\.14\.1\n$/)
  })

  test('ten for a person, all for a program, as many as asked for', async () => {
    const shown = async (...args: string[]) => (await here(...args)).stdout.match(/^ {2}\d+\.\d+\.\S+ /gm)?.length
    expect(await shown('--limit', '2')).toBe(2)
    expect(await shown('--all')).toBe(7)
    const { stdout } = await run(['--offline', '--format', 'json'])
    expect(JSON.parse(stdout).releases.length).toBeGreaterThan(20)
    expect((await run(['--offline'])).stdout).toContain('there are older ones (--all)')
    expect(JSON.parse((await here('--format', 'json', '--limit', '1')).stdout)).toMatchObject({
      schema: 1,
      package: 'torch',
      index: { url: indexes.cpu, origin: 'live' },
      releases: [{ version: '2.15.0+cpu' }],
      more: true,
    })
  })

  test('--pre', async () => {
    expect(JSON.parse((await here('--format', 'json', '--limit', '1', '--pre')).stdout).releases[0].release).toBe(
      '2.16.0rc1',
    )
  })

  test('markdown', async () => {
    expect((await here('torchvision', '--format', 'markdown', '--limit', '1')).stdout).toMatch(
      /^\*\*CPU wheels of torchvision\*\*\n\n\| version \| Pythons \| platforms \| torch \|\n/,
    )
  })

  test('colour only where it is wanted', async () => {
    const painted = '\u001b['
    expect((await here()).stdout).not.toContain(painted)
    expect((await here('--color', 'always')).stdout).toContain(painted)
    const forced = (env: Record<string, string>) => run(['--cpu-index-url', indexes.cpu], env)
    expect((await forced({ FORCE_COLOR: '1' })).stdout).toContain(painted)
    expect((await forced({ NO_COLOR: '1' })).stdout).not.toContain(painted)
  })

  test('the snapshot is a note on standard error, and --quiet keeps it back', async () => {
    const { code, stdout, stderr } = await run(['--offline', '--format', 'json', '--limit', '1'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^note: offline: .*snapshot of \d{4}-\d{2}-\d{2} answers\n$/)
    expect(JSON.parse(stdout).index.origin).toBe('snapshot')
    expect((await run(['--offline', '--format', 'json', '--quiet'])).stderr).toBe('')
  })

  test.each([
    { args: ['torchvison'], code: 2, stderr: /hint: did you mean torchvision\?/ },
    { args: ['torch', '--python', 'x'], code: 2, stderr: /--python x is not a Python version/ },
    { args: ['torch', '--limit', 'many'], code: 2, stderr: /--limit NaN is not a number of releases/ },
    { args: ['torch', '--limit', '1', '--all'], code: 2, stderr: /cannot be used with option/ },
    { args: ['torch', 'torchvision'], code: 2, stderr: /too many arguments/ },
    {
      args: ['torch', '--python', '3.9', '--platform', 'macos-arm64'],
      code: 3,
      stderr: /for Python 3\.9 on macos-arm64 there is none/,
    },
  ])('exit code $code: $args', async ({ args, code, stderr }) => {
    const ran = await here(...args)
    expect([ran.code, ran.stdout]).toEqual([code, ''])
    expect(ran.stderr).toMatch(stderr)
  })

  test('exit code 4: nobody knows the project', async () => {
    const { code, stderr } = await run(['torchrec', '--offline'])
    expect(code).toBe(4)
    expect(stderr).toContain('neither the cache nor the snapshot knows torchrec')
  })
})

test('the Python that the repository around the current folder states, and says so', async () => {
  const folder = join(temporary, 'stated')
  mkdirSync(join(folder, '.git'), { recursive: true })
  writeFileSync(join(folder, '.python-version'), '3.10.4\n')
  const versions = (...args: string[]) =>
    commandIn(temporary)(folder, ['versions', '--format', 'json', '--cpu-index-url', indexes.cpu, ...args])
  const { stdout, stderr } = await versions()
  expect(JSON.parse(stdout)).toMatchObject({
    filter: { python: ['3.10'] },
    releases: [{ version: '2.14.1+cpu' }, {}, {}, {}, {}, {}],
  })
  expect(stderr).toMatch(/only releases for Python 3\.10\.4 \(\.python-version:1\)/)
  expect(JSON.parse((await versions('--python', '3.13')).stdout).filter.python).toEqual(['3.13'])
})
