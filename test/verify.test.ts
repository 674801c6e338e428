import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TorchpinError } from '../src/errors.ts'
import type { Options } from '../src/options.ts'
import { rewrite } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'

let indexes: Loopback
let temporary: string

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-verify-test-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

const answers = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0
const python = /^Python (3\.\d+)/.exec(spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
const hasPip =
  python === '3.11' &&
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  answers('python3', ['-m', 'pip', '--version'])
const hasUv = answers('uv', ['--version'])

interface Tools {
  /** What stands on the PATH: the name of a program, and a shell script. */
  readonly [name: string]: string
}

/** pip and uv as they answer when all is well; each writes down what it was asked, and the files it was given. */
const pip = `case "$*" in *--version) echo 'pip 26.3 from /somewhere (python 3.11)';; *) echo "$0 $*" >> "$LOG"; printf "%s\\n" "$(<"\${@: -1}")" >> "$LOG";; esac`
const uv = `case "$*" in --version) echo 'uv 0.13.9 (x86_64)';; *) echo "$0 $*" >> "$LOG"; printf "%s\\n" "$(<"\${@: -1}")" >> "$LOG";; esac`
const refusing = (tool: string) => tool.replace('echo "$0 $*" >> "$LOG"', 'echo "no, not ${@: -1}" >&2; exit 1')

/** Rewrites files with `--verify` where nothing but these programs is on the PATH. */
async function verified(files: Readonly<Record<string, string>>, tools: Tools | 'real', more: Partial<Options> = {}) {
  const cwd = mkdtempSync(join(temporary, 'case-'))
  const bin = join(cwd, '.bin')
  mkdirSync(bin)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  for (const [name, script] of Object.entries(tools === 'real' ? {} : tools)) {
    writeFileSync(join(bin, name), `#!/bin/bash\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const log = join(cwd, '.log')
  writeFileSync(log, '')
  const path = tools === 'real' ? process.env['PATH'] : [bin, '/usr/bin-of-nothing'].join(delimiter)
  const notices: string[] = []
  const run = rewrite(['requirements.txt'], {
    cwd,
    environment: {
      PATH: `${path}`,
      LOG: log,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_RETRIES: '0',
      HOME: temporary,
      UV_NO_CONFIG: '1',
    },
    python: ['3.11'],
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    sizes: false,
    cacheDir: join(temporary, 'cache'),
    verify: true,
    onNotice: notice => notices.push(notice),
    ...more,
  })
  const answer = await run.then(
    done => ({ verified: done.result.verified?.map(({ tool }) => tool), error: undefined }),
    (error: unknown) => ({ verified: undefined, error: error as TorchpinError }),
  )
  return { ...answer, notices, asked: readFileSync(log, 'utf8') }
}

const torch = { 'requirements.txt': 'torch>=2.0\n' }
const withUv = { ...torch, Makefile: 'install:\n\tuv pip install -r requirements.txt\n' }
const shell = process.platform === 'win32' ? describe.skip : describe

shell('who decides', () => {
  test.each<{
    id: string
    files: Readonly<Record<string, string>>
    tools: Tools
    takes?: string[]
    code?: string
    notice?: RegExp
  }>([
    { id: 'both take it', files: torch, tools: { python3: pip, uv }, takes: ['pip', 'uv'] },
    {
      id: 'the Python of the target comes first',
      files: torch,
      tools: { python3: 'exit 1', 'python3.11': pip },
      takes: ['pip'],
    },
    { id: 'pip refuses', files: torch, tools: { python3: refusing(pip), uv }, code: 'VERIFY_FAILED' },
    {
      id: 'uv refuses, and pip decides',
      files: torch,
      tools: { python3: pip, uv: refusing(uv) },
      takes: ['pip'],
      notice: /uv 0\.13\.9 refuses what pip 26\.3 takes: no, not requirements\.txt/,
    },
    {
      id: 'uv decides where it installs',
      files: withUv,
      tools: { python3: pip, uv: refusing(uv) },
      code: 'VERIFY_FAILED',
    },
    {
      id: 'pip refuses, and uv decides',
      files: withUv,
      tools: { python3: refusing(pip), uv },
      takes: ['uv'],
      notice: /pip 26\.3 refuses what uv 0\.13\.9 takes/,
    },
    { id: 'uv alone', files: torch, tools: { uv }, takes: ['uv'] },
    { id: 'uv alone refuses', files: torch, tools: { uv: refusing(uv) }, code: 'VERIFY_FAILED' },
    {
      id: 'a pip of another Python reads other markers',
      files: torch,
      tools: { python3: pip.replace('3.11', '3.9') },
      code: 'BAD_OPTION',
    },
    {
      id: 'a pip that cannot try out',
      files: torch,
      tools: { python3: pip.replace('26.3', '21.0') },
      code: 'BAD_OPTION',
    },
    { id: 'nothing there', files: torch, tools: {}, code: 'BAD_OPTION' },
  ])('$id', async ({ files, tools, takes, code, notice }) => {
    const run = await verified(files, tools)
    expect(run.error?.code).toBe(code)
    expect(run.verified).toEqual(takes)
    if (notice) expect(run.notices.join('\n')).toMatch(notice)
  })

  test('another platform is for uv alone', async () => {
    const run = await verified(torch, { python3: pip, uv }, { platform: ['macos-arm64'] })
    expect(run.verified).toEqual(['uv'])
    expect(run.asked).toContain('--python-platform aarch64-apple-darwin')
  })

  test('the refusal is told in the words of the installer, with the name of the file', async () => {
    const { error } = await verified(torch, { python3: refusing(pip) })
    expect(error?.message).toBe(
      'pip 26.3 refuses the rewritten files for Python 3.11 on linux-x86_64:\nno, not requirements.txt',
    )
    expect(error?.exitCode).toBe(3)
  })
})

shell('what an installer is given', () => {
  test('the new text, with includes that lead to the other copies, without what would run code', async () => {
    const run = await verified(
      {
        'requirements.txt':
          '-r base.txt\n-c limits.txt\n--find-links wheels\n-e .\n./own\ngit+https://example.org/x.git\ntyping-extensions>=4\n',
        'base.txt': 'torch>=2.0\n',
        'limits.txt': 'torch<2.1\n',
      },
      { python3: pip },
    )
    expect(run.error).toBeUndefined()
    expect(run.asked).toMatch(/-r \S+0-requirements\.txt\n/)
    expect(run.asked).toMatch(/^--requirement "\S+1-base\.txt"$/m)
    expect(run.asked).toMatch(/^--constraint "\S+2-limits\.txt"$/m)
    expect(run.asked).toMatch(/^--find-links "\/\S+\/wheels"$/m)
    expect(run.asked).toMatch(/^typing-extensions==/m)
    expect(run.asked).not.toMatch(/^-e|^\.\/own|^git\+/m)
    expect(run.notices.filter(notice => notice.includes('not verified'))).toHaveLength(3)
  })

  test('nothing is left behind', async () => {
    await verified(torch, { python3: pip })
    await verified(torch, { python3: refusing(pip) })
    expect(readdirSync(tmpdir()).filter(name => /^torchpin-verify-(?!test)/.test(name))).toEqual([])
  })
})

test('--verify asks the indexes, so it does not go with --offline', async () => {
  await expect(rewrite([], { verify: true, offline: true })).rejects.toMatchObject({ code: 'BAD_OPTION' })
})

describe('the real ones', () => {
  const broken = {
    ...torch,
    'requirements.txt': 'torch>=2.0\nno-such-project @ https://127.0.0.1:1/no_such_project-1-py3-none-any.whl\n',
  }
  test.skipIf(!hasPip)('pip takes what torchpin wrote, and refuses what cannot be had', async () => {
    expect((await verified(torch, 'real')).verified).toContain('pip')
    expect((await verified(broken, 'real')).error?.code).toBe('VERIFY_FAILED')
  })
  test.skipIf(!hasUv)('uv takes what torchpin wrote', async () => {
    expect((await verified(withUv, 'real')).verified).toContain('uv')
  })
})
