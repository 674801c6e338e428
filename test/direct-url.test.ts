import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import type { Options } from '../src/contract/options.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import type { IndexSpec } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** `--index-style direct-url`: lines of the torch family name a wheel by its URL. The whole files are in fixtures/cases. */

/** Beside the index of 2023 a release for each Python of its own, and one wheel that is for two. */
const cpuSpec: IndexSpec = {
  ...cpu2023,
  torch: {
    ...cpu2023['torch'],
    '2.2.0+cpu': { tags: ['cp312-cp312-linux_x86_64', 'cp312-cp312-win_amd64'] },
    '2.2.0': { tags: ['cp312-none-macosx_11_0_arm64'] },
  },
  torchtext: { '0.99.0+cpu': { tags: ['py3-none-manylinux_2_28_x86_64'] } },
}

const { indexes, folderWith, optionsIn } = sandbox(cpuSpec, main2023)

const wheel = (name: string): string => `${indexes.cpu}/${name.replace('+', '%2B')}.whl`

const directly = (cwd: string, more: Partial<Options> = {}): Partial<Options> => ({
  ...optionsIn(cwd),
  indexStyle: 'direct-url',
  sizes: false,
  ...more,
})

const fileWith = (text: string): string => folderWith({ 'requirements.txt': text })

async function rewritten(text: string, more: Partial<Options> = {}) {
  const cwd = fileWith(text)
  const done = await rewrite(['requirements.txt'], directly(cwd, more))
  await save(done)
  return { cwd, text: readFileSync(join(cwd, 'requirements.txt'), 'utf8'), result: done.result }
}

describe('a line', () => {
  const torch = 'torch-2.1.0+cpu-cp311-cp311-linux_x86_64'
  test.each([
    ['a bare name', 'torch', 'torch @ {URL}'],
    ['a range', 'torch >= 2.0, < 3', 'torch @ {URL}'],
    ['a range that ends in a comma', 'torch>=2.0,', 'torch @ {URL}'],
    ['parentheses', 'torch (>=2.0)', 'torch @ {URL}'],
    ['parentheses and a marker', 'torch(>=2.0) ;python_version>"3.8"', 'torch @ {URL} ;python_version>"3.8"'],
    ['a marker without a blank before it', 'torch;python_version>"3.8"', 'torch @ {URL} ;python_version>"3.8"'],
    ['extras', 'torch[np]', 'torch[np] @ {URL}'],
    ['extras with blanks', 'torch [np] ==2.1.0  # one', 'torch [np] @ {URL}  # one'],
    ['a CUDA build', 'Torch==2.1.0+cu121', 'Torch @ {URL}'],
    ['a CPU build', 'torch==2.1.0+cpu', 'torch @ {URL}'],
    ['an illegal label', 'torch>=2.0.0+cpu', 'torch @ {URL}'],
    [
      'an illegal label in parentheses',
      'torch (>=2.0.0+cpu); python_version>"3"',
      'torch @ {URL} ; python_version>"3"',
    ],
    ['a continued line', 'torch \\\n  >=2.0 \\\n  ; python_version>"3"', 'torch @ {URL} \\\n  ; python_version>"3"'],
    [
      'an index that pip ignores on the line',
      'torch==2.1.0 --index-url https://download.pytorch.org/whl/cu121',
      'torch @ {URL}',
    ],
  ])('%s', async (_, before, after) => {
    const numpy = 'numpy==1.26.4\n'
    const { text } = await rewritten(`${numpy}${before}\n`)
    expect(text).toBe(`${numpy}${after.replace('{URL}', wheel(torch))}\n`)
  })
})

describe('several targets', () => {
  const platform = ['linux-x86_64', 'windows-x86_64', 'macos-arm64'] as const
  test.each<[id: string, before: string, after: () => string[], options: Partial<Options>]>([
    [
      'a release for each Python of its own',
      'torch',
      () => [
        `torch @ ${wheel('torch-2.1.0+cpu-cp311-cp311-linux_x86_64')} ; python_version < "3.12"`,
        `torch @ ${wheel('torch-2.2.0+cpu-cp312-cp312-linux_x86_64')} ; python_version >= "3.12"`,
      ],
      { python: ['3.11', '3.12'] },
    ],
    [
      'one release on three platforms, without a label on one',
      'torch',
      () => [
        `torch @ ${wheel('torch-2.2.0+cpu-cp312-cp312-linux_x86_64')} ; sys_platform == "linux"`,
        `torch @ ${wheel('torch-2.2.0+cpu-cp312-cp312-win_amd64')} ; sys_platform == "win32"`,
        'torch==2.2.0 ; sys_platform == "darwin"',
      ],
      { python: ['3.12'], platform },
    ],
    [
      'a wheel that all of them take',
      'torchtext',
      () => [`torchtext @ ${wheel('torchtext-0.99.0+cpu-py3-none-manylinux_2_28_x86_64')}`],
      { python: ['3.11', '3.12'] },
    ],
  ])('%s', async (_, before, after, options) => {
    const { cwd, text } = await rewritten(`${before}\n`, options)
    expect(text.trimEnd().split('\n')).toEqual(after())
    for (const indexStyle of ['direct-url', 'auto'] as const) {
      const again = await rewrite(['requirements.txt'], directly(cwd, { ...options, indexStyle }))
      expect(again.rewritten).toEqual([])
    }
  })
})

describe('a file that has URLs', () => {
  const text = () => `numpy==1.26.4\ntorch @ ${wheel('torch-2.1.0+cpu-cp311-cp311-linux_x86_64')}\nfilelock==3.13.1\n`

  test.each(['auto', 'direct-url', 'extra-index-url', 'find-links', 'none'] as const)(
    'stays as it is with %s',
    async style => {
      const { rewritten, result } = await rewrite(
        ['requirements.txt'],
        directly(fileWith(text()), { indexStyle: style }),
      )
      expect(rewritten).toEqual([])
      const told = result.files.flatMap(({ diagnostics }) => diagnostics.map(({ code, line }) => `${line} ${code}`))
      expect(told).toEqual(['auto', 'direct-url'].includes(style) ? [] : ['2 direct-reference'])
    },
  )

  test('has nothing to be found', async () => {
    const { findings } = await check(
      ['requirements.txt'],
      directly(fileWith(text()), { indexStyle: 'auto', sizes: true }),
    )
    expect(findings).toEqual([])
  })

  test('still has its torch count for the others', async () => {
    const { text: after } = await rewritten(`${text()}torchvision\n`, { indexStyle: 'auto' })
    expect(after).toBe(`${text()}torchvision @ ${wheel('torchvision-0.16.0+cpu-cp311-cp311-linux_x86_64')}\n`)
  })

  test('that a target cannot install warns', async () => {
    const { result } = await rewritten(text(), { indexStyle: 'auto', python: ['3.10'] })
    expect(result.files[0]!.diagnostics.map(({ code }) => code)).toContain('torch-from-url')
  })
})

test('without a network the snapshot knows what a wheel of the CPU index needs', async () => {
  const url = 'https://download.pytorch.org/whl/cpu/torch-2.13.0%2Bcpu-cp311-cp311-manylinux_2_28_x86_64.whl'
  const cwd = fileWith(`torch @ ${url}\n`)
  const { cpuIndexUrl: _, indexUrl: __, ...options } = directly(cwd, { offline: true, sizes: true })
  const { result } = await rewrite(['requirements.txt'], options)
  expect(result.files[0]).toMatchObject({ changed: false, diagnostics: [] })
  expect(result.savings!.after).toMatchObject({ packages: 10, download: 202_222_611, installed: 740_793_797 })
})

test('the bytes of the wheels count', async () => {
  const { cwd, result } = await rewritten('torch>=2.0\n', { sizes: true })
  const { savings: again } = (await rewrite(['requirements.txt'], directly(cwd, { sizes: true }))).result
  expect(result.savings!.after.exact).toBe(true)
  expect(result.savings!.after.download).toBeLessThan(result.savings!.before.download)
  expect(again!.before).toEqual(result.savings!.after)
  expect(again!.after).toEqual(result.savings!.after)
})

test('that a URL is one wheel is told, once and when it is written', async () => {
  const { cwd, result } = await rewritten('torch>=2.0\ntorchvision\n')
  const codes = (of: typeof result) => of.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
  expect(codes(result)).toEqual(['url-names-one-wheel'])
  expect(codes((await rewrite(['requirements.txt'], directly(cwd))).result)).toEqual([])
})

describe('what must not be written', () => {
  const filename = 'torch-2.1.0+cpu-cp311-cp311-linux_x86_64.whl'

  /** An index of one wheel that gives it this address. */
  async function withAddress<Result>(href: string, use: (cpuIndexUrl: string) => Promise<Result>): Promise<Result> {
    const server = createServer((request, response) => {
      const isPage = request.url === '/whl/cpu/torch/'
      response.writeHead(isPage ? 200 : 404, { 'content-type': 'text/html' })
      response.end(isPage ? `<a href="${href.replace('{HOST}', request.headers.host!)}">${filename}</a>` : '')
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    try {
      return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/whl/cpu`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  const name = encodeURIComponent(filename)
  test.each([
    ['relative to the page', `../${name}`, `/whl/cpu/${name}`],
    ['relative, with a plus sign', `../${filename}#sha256=${'1'.repeat(64)}`, `/whl/cpu/${name}`],
    ['with a user and a password', `http://me:s3cret@{HOST}/files/${name}`, `/files/${name}`],
  ])('the address %s', async (_, href, path) => {
    await withAddress(href, async cpuIndexUrl => {
      const { text } = await rewritten('torch\n', { cpuIndexUrl })
      expect(text).toBe(`torch @ ${new URL(path, cpuIndexUrl).href}\n`)
    })
  })

  test.each([
    ['a signature', `../${name}?signature=s3cret`, 'query'],
    ['a semicolon', `../a;b/${name}`, 'cannot stand'],
  ])('an address with %s is refused', async (_, href, why) => {
    await withAddress(href, async cpuIndexUrl => {
      const refused = rewritten('torch\n', { cpuIndexUrl })
      await expect(refused).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(why) })
      await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('s3cret') })
    })
  })

  test('the password of the index', async () => {
    const { text, result } = await rewritten('torch\n', { cpuIndexUrl: indexes.cpu.replace('://', '://me:s3cret@') })
    expect(text).toBe(`torch @ ${wheel('torch-2.1.0+cpu-cp311-cp311-linux_x86_64')}\n`)
    expect(JSON.stringify(result.files)).not.toContain('s3cret')
  })
})
