import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { TorchpinError } from '../src/errors.ts'
import type { Options } from '../src/options.ts'
import { rewrite } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { makeWheel } from './loopback/wheel.ts'
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
async function verified(
  files: Readonly<Record<string, string | Uint8Array>>,
  tools: Tools | 'real',
  more: Partial<Options> = {},
) {
  const folder = mkdtempSync(join(temporary, 'case-'))
  const [cwd, bin, log] = [join(folder, 'repository'), join(folder, 'bin'), join(folder, 'log')]
  mkdirSync(cwd)
  mkdirSync(bin)
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(cwd, name), typeof text === 'string' ? text.replaceAll('{MAIN}', indexes.main) : text)
  for (const [name, script] of Object.entries(tools === 'real' ? {} : tools)) {
    writeFileSync(join(bin, name), `#!/bin/bash\nLOG='${log}'\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  writeFileSync(log, '')
  const path = tools === 'real' ? process.env['PATH'] : [bin, '/usr/bin-of-nothing'].join(delimiter)
  const notices: string[] = []
  const run = rewrite(['requirements.txt'], {
    cwd,
    environment: {
      PATH: `${path}`,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_RETRIES: '0',
      HOME: temporary,
      UV_NO_CONFIG: '1',
      UV_HTTP_RETRIES: '0',
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

const noMatch = 'ERROR: No matching distribution found for torch==2.1.0+cpu'
/** pip tells in its log alone why it knows of no distribution. */
const logging = (line: string) =>
  `case "$*" in *--version) echo 'pip 26.3 from /somewhere (python 3.11)';; *) echo '${noMatch}' >&2; while [ "$1" != --log ]; do shift; done; echo '2026-11-30T11:28:07,123 ${line}' > "$2"; exit 1;; esac`
const saying = (tool: string, text: string) =>
  tool.replace('echo "$0 $*" >> "$LOG"', `printf '%s\\n' '${text.replaceAll('\n', "' '")}' >&2; exit 1`)

shell('what could not be asked is no refusal', () => {
  const at = 'http://127.0.0.1:1/simple/torch/'
  test.each<{ id: string; tools: Tools; code: string; exit: number; words: string }>([
    ...[
      `Could not fetch URL ${at}: connection error: [Errno 111] Connection refused - skipping`,
      `Could not fetch URL ${at}: HTTPConnectionPool(host=x, port=1): Max retries exceeded with url: /simple/torch/ (Caused by ResponseError(too many 503 error responses)) - skipping`,
      `  Could not fetch URL ${at}: 401 Client Error: Unauthorized for url: ${at} - skipping`,
      `Could not fetch URL ${at}: There was a problem confirming the ssl certificate: [SSL: WRONG_VERSION_NUMBER] - skipping`,
    ].map(line => ({
      id: `pip: ${line.trim().slice(0, 90)}`,
      tools: { python3: logging(line) },
      code: 'INDEX_UNREACHABLE',
      exit: 4,
      words: line.trim(),
    })),
    ...[
      `Could not fetch URL ${at}: 404 Client Error: Not Found for url: ${at} - skipping`,
      `Could not fetch URL ${at}: 403 Client Error: Forbidden for url: ${at} - skipping`,
      'WARNING: Retrying (Retry(total=4)) after connection broken by ReadTimeoutError(Read timed out.): /simple/torch/',
    ].map(line => ({
      id: `pip: ${line.slice(0, 90)}`,
      tools: { python3: logging(line) },
      code: 'VERIFY_FAILED',
      exit: 3,
      words: noMatch,
    })),
    ...[
      'error: connection-failed\n\n× Failed to connect to 127.0.0.1 while fetching http://127.0.0.1:1/torch.whl',
      'ERROR: HTTP error 503 while getting x\nERROR: Could not install x because of HTTP error 503 Server Error: Unavailable for url: x',
      'ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host=x): Max retries exceeded with url: /x',
    ].map(text => ({
      id: `pip: ${text.slice(0, 60)}`,
      tools: { python3: saying(pip, text) },
      code: 'INDEX_UNREACHABLE',
      exit: 4,
      words: text.split('\n').at(text.startsWith('error') ? 0 : -1)!,
    })),
    ...[
      [
        'error: Request failed after 3 retries\n  Caused by: error sending request for url (http://127.0.0.1:1/)\n  Caused by: dns error',
        'Caused by: error sending request for url (http://127.0.0.1:1/)',
      ],
      [
        'error: Request failed\n  cause: HTTP status server error (503 Service Unavailable) for url (x)',
        'cause: HTTP status server error (503 Service Unavailable) for url (x)',
      ],
      [
        'error: No solution found\n\nhint: An index URL (x) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)',
        'hint: An index URL (x) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)',
      ],
      [
        'error: No solution found\n\nhint: Packages were unavailable because the network was disabled.',
        'hint: Packages were unavailable because the network was disabled.',
      ],
    ].map(([text = '', words = '']) => ({
      id: `uv: ${words.slice(0, 60)}`,
      tools: { uv: saying(uv, text) },
      code: 'INDEX_UNREACHABLE',
      exit: 4,
      words,
    })),
    {
      id: 'uv: a file that is not there',
      tools: {
        uv: saying(uv, 'error: Failed to fetch: x\n  cause: HTTP status client error (404 Not Found) for url (x)'),
      },
      code: 'VERIFY_FAILED',
      exit: 3,
      words: 'error: Failed to fetch: x\n  cause: HTTP status client error (404 Not Found) for url (x)',
    },
  ])('$id', async ({ tools, code, exit, words }) => {
    const { error } = await verified(torch, tools)
    expect(error?.code).toBe(code)
    expect(error?.exitCode).toBe(exit)
    expect(error?.message.split(':\n')[1]).toBe(words)
    expect(error?.message.includes('refuses')).toBe(code === 'VERIFY_FAILED')
  })

  test('of the one that does not decide it is a notice', async () => {
    const run = await verified(torch, { python3: pip, uv: saying(uv, 'error sending request for url (x)') })
    expect(run.verified).toEqual(['pip'])
    expect(run.notices).toContain('uv 0.13.9 cannot ask about what pip 26.3 takes: error sending request for url (x)')
  })
})

shell('what an installer is given', () => {
  test('the new text, with includes that lead to the other copies, without what would run code', async () => {
    const run = await verified(
      {
        'requirements.txt': [
          '-r base.txt',
          '-c limits.txt',
          '--find-links wheels',
          '-e .',
          './own',
          'git+https://example.org/x.git',
          'typing-extensions>=4',
          'x @ git+https://example.org/x-1-py3-none-any.whl',
          '-r https://127.0.0.1:1/remote.txt',
          '--find-links more --no-binary=:all:',
          './own-1-py3-none-any.whl',
          '',
        ].join('\n'),
        'base.txt': 'torch>=2.0\n',
        'limits.txt': 'torch<2.1\n',
        'own-1-py3-none-any.whl': makeWheel('own', '1', 'py3-none-any', []).bytes,
      },
      { python3: pip },
    )
    expect(run.error).toBeUndefined()
    expect(run.asked).toMatch(/-r \S+0-requirements\.txt\n/)
    expect(run.asked).toMatch(/^--requirement "\S+1-base\.txt"$/m)
    expect(run.asked).toMatch(/^--constraint "\S+2-limits\.txt"$/m)
    expect(run.asked).toMatch(/^--find-links "\/\S+\/wheels"$/m)
    expect(run.asked).toMatch(/^typing-extensions==/m)
    expect(run.asked).toMatch(/^\/\S+\/repository\/own-1-py3-none-any\.whl$/m)
    expect(run.asked).not.toMatch(/^-e|^\.\/own|git\+|remote\.txt|no-binary/m)
    const told = run.notices.flatMap(notice => /^requirements\.txt:(\d+) is not verified/.exec(notice)?.[1] ?? [])
    expect(told).toEqual(['4', '5', '6', '8', '9', '10'])
  })

  test('nothing is left behind', async () => {
    const taken = await verified(torch, { python3: pip })
    const refused = await verified(torch, { python3: pip.replace(/;; esac$/, '; exit 1;; esac') })
    expect(refused.error?.code).toBe('VERIFY_FAILED')
    for (const { asked } of [taken, refused]) {
      const [, folder = ''] = /-r (\S+)\/0-requirements\.txt/.exec(asked) ?? []
      expect(folder).toMatch(/torchpin-verify-\w+$/)
      expect(existsSync(folder)).toBe(false)
    }
  })
})

test('--verify asks the indexes, so it does not go with --offline', async () => {
  await expect(rewrite([], { verify: true, offline: true })).rejects.toMatchObject({ code: 'BAD_OPTION' })
})

const answersOfAnIndex: readonly {
  readonly how: string
  readonly answer: (response: ServerResponse) => void
  readonly code: string
}[] = [
  { how: 'hangs up', answer: response => response.destroy(), code: 'INDEX_UNREACHABLE' },
  ...[503, 500].map(status => ({
    how: `answers ${status}`,
    answer: (response: ServerResponse) => void response.writeHead(status).end(),
    code: 'INDEX_UNREACHABLE',
  })),
  // The answer of the CPU index, too, for what it does not have.
  ...[404, 403].map(status => ({
    how: `answers ${status}`,
    answer: (response: ServerResponse) => void response.writeHead(status).end(),
    code: 'VERIFY_FAILED',
  })),
]

/** The main index, in front of which stands a server that lets torchpin alone through. */
async function gated(answer: (response: ServerResponse) => void): Promise<Partial<Options>> {
  const gate = createServer(async (request, response) => {
    if (request.headers['user-agent'] !== 'torchpin') return answer(response)
    const url = new URL(request.url!, indexes.main)
    const found = await fetch(url, { method: request.method!, headers: request.headers as Record<string, string> })
    response.writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await found.arrayBuffer()))
  })
  await new Promise<void>(done => gate.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    gate.closeAllConnections()
    gate.close()
  })
  return { indexUrl: `http://127.0.0.1:${(gate.address() as AddressInfo).port}/simple` }
}

describe('the real ones', () => {
  const broken = {
    ...torch,
    'requirements.txt': 'torch>=2.0\nno-such-project @ {MAIN}/no_such_project-1-py3-none-any.whl\n',
  }
  test.skipIf(!hasPip)('pip takes what torchpin wrote, and refuses what cannot be had', async () => {
    expect((await verified(torch, 'real')).verified).toContain('pip')
    expect((await verified(broken, 'real')).error?.code).toBe('VERIFY_FAILED')
  })
  test.skipIf(!hasPip).each(answersOfAnIndex)('pip, of an index that $how', async ({ answer, code }) => {
    const { error } = await verified(torch, 'real', await gated(answer))
    expect(error?.code).toBe(code)
  })
  test.skipIf(!hasUv).each(answersOfAnIndex)('uv, of an index that $how', async ({ answer, code }) => {
    const { error } = await verified(withUv, 'real', await gated(answer))
    expect(error?.code).toBe(code)
  })
  test.skipIf(!hasUv)('uv takes what torchpin wrote', async () => {
    expect((await verified(withUv, 'real')).verified).toContain('uv')
  })
})
