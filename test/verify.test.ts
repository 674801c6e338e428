import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { type Tools, torch, verifiedIn, withUv } from './installers/verified.ts'
import { makeWheel } from './loopback/wheel.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const verified = verifiedIn(sandbox(cpu2023, main2023))

/** pip and uv as they answer when all is well; each writes down what it was asked, and the files it was given. */
const pip = `case "$*" in *--version) echo 'pip 26.3 from /somewhere (python 3.11)';; *) echo "$0 $*" >> "$LOG"; printf "%s\\n" "$(<"\${@: -1}")" >> "$LOG";; esac`
const uv = `case "$*" in --version) echo 'uv 0.13.9 (x86_64)';; *) echo "$0 $*" >> "$LOG"; printf "%s\\n" "$(<"\${@: -1}")" >> "$LOG";; esac`
const refusing = (tool: string) => tool.replace('echo "$0 $*" >> "$LOG"', 'echo "no, not ${@: -1}" >&2; exit 1')

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
