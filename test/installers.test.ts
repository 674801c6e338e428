import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rewrite, save } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'

/** Real installers on what torchpin wrote; passed over where they are not installed. */
const answers = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0
const hasPip = answers('python3', ['-m', 'pip', '--version'])
const hasUv = answers('uv', ['--version'])

let indexes: Loopback
let temporary: string

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-installers-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

/** Not spawnSync: the index is served by this very process. */
function run(command: string, args: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH']!, HOME: temporary, PIP_CONFIG_FILE: '/dev/null', UV_NO_CONFIG: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  return new Promise(done => child.on('close', code => done({ code, output })))
}

async function rewritten(text: string, style: 'extra-index-url' | 'find-links'): Promise<string> {
  const cwd = mkdtempSync(join(temporary, 'case-'))
  writeFileSync(join(cwd, 'requirements.txt'), text)
  const environment = { PIP_CONFIG_FILE: '/dev/null', HOME: temporary }
  await save(
    await rewrite(['requirements.txt'], {
      cwd,
      environment,
      python: ['3.11'],
      cpuIndexUrl: indexes.cpu,
      indexUrl: indexes.main,
      indexStyle: style,
      sizes: false,
      cacheDir: join(temporary, 'cache'),
    }),
  )
  return cwd
}

const files: readonly [id: string, text: string, installed: readonly string[]][] = [
  ["the guide's case", 'torch>=2.0.0\n', ['filelock-3.13.1', 'torch-2.1.0+cpu', 'typing_extensions-4.8.0']],
  ['a CUDA pin', 'torch==2.0.1+cu118\nfilelock\n', ['filelock-3.13.1', 'torch-2.0.1+cpu', 'typing_extensions-4.8.0']],
  [
    'torch that only a dependency asks for',
    'sentence-transformers\n',
    [
      'filelock-3.13.1',
      'numpy-1.26.4',
      'sentence_transformers-2.2.2',
      'torch-2.1.0+cpu',
      'torchvision-0.16.0+cpu',
      'typing_extensions-4.8.0',
    ],
  ],
]

describe.each(['extra-index-url', 'find-links'] as const)('written as %s', style => {
  test.skipIf(!hasPip).each(files)('pip installs %s', async (_, text, installed) => {
    const cwd = await rewritten(text, style)
    const platform = [
      '--only-binary=:all:',
      '--python-version=3.11',
      '--implementation=cp',
      '--abi=cp311',
      '--abi=none',
      '--platform=linux_x86_64',
      '--platform=manylinux_2_28_x86_64',
      '--platform=any',
    ]
    const { code, output } = await run(
      'python3',
      [
        '-m',
        'pip',
        'install',
        '--isolated',
        '--no-cache-dir',
        '--disable-pip-version-check',
        '--index-url',
        indexes.main,
        '--target',
        'site',
        ...platform,
        '-r',
        'requirements.txt',
      ],
      cwd,
    )
    expect(code, output).toBe(0)
    const found = readdirSync(join(cwd, 'site')).flatMap(name => /^(.+)\.dist-info$/.exec(name)?.[1] ?? [])
    expect(found.sort()).toEqual([...installed].sort())
  })

  test.skipIf(!hasUv).each(files)('uv resolves %s', async (_, text, installed) => {
    const cwd = await rewritten(text, style)
    const strategy = style === 'extra-index-url' ? ['--index-strategy', 'unsafe-best-match'] : []
    const { code, output } = await run(
      'uv',
      [
        'pip',
        'compile',
        '-q',
        '--no-header',
        '--no-annotate',
        '--no-cache',
        '--default-index',
        indexes.main,
        ...strategy,
        '--python-version',
        '3.11',
        '--python-platform',
        'x86_64-unknown-linux-gnu',
        'requirements.txt',
      ],
      cwd,
    )
    expect(code, output).toBe(0)
    const found = output
      .split('\n')
      .filter(line => line.includes('=='))
      .map(line => line.replace(/-/g, '_').replace('==', '-'))
    expect(found.sort()).toEqual([...installed].sort())
  })
})
