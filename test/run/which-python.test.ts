import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from '../../src/contract/options.ts'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import type { IndexSpec } from '../loopback/indexes.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { sandbox } from '../sandbox.ts'
import { repositoryWith } from '../workspace/temporary.ts'

const builds = (...pythons: number[]) => ({ tags: pythons.map(minor => `cp3${minor}-cp3${minor}-linux_x86_64`) })
const pure = { tags: ['py3-none-any'] }

/** Python 3.14 is the newest, and what is compiled is late for it. */
const cpu: IndexSpec = {
  torch: {
    '2.1.0+cpu': builds(10, 11),
    '2.4.1+cpu': builds(10, 11, 12),
    '2.9.0+cpu': builds(12, 13, 14),
    '2.9.1rc1+cpu': builds(15),
  },
  torchvision: { '0.19.1+cpu': { ...builds(10, 11, 12), requires: ['torch==2.4.1'] } },
}
const main: IndexSpec = {
  torch: { '2.9.0': builds(14) },
  flask: { '3.0.0': pure },
  late: { '1.0': builds(10, 11, 12), '2.0': builds(11, 12, 13) },
  onceplain: { '1.0': pure, '2.0': builds(12, 13) },
  capped: { '1.0': { ...pure, requiresPython: '>=3.8' }, '2.0': { ...pure, requiresPython: '>=3.10,<3.13' } },
  modern: { '1.0': pure, '2.0': { ...pure, requiresPython: '>=3.14' } },
  built: { '1.0': { tags: [...builds(10, 11, 12).tags, 'sdist'] } },
  source: { '1.0': { tags: ['sdist'] } },
  ancient: { '1.0': { tags: ['cp27-cp27m-linux_x86_64', 'sdist'] } },
  app: { '1.0': { ...pure, requires: ['late>=2'] } },
  holder: { '1.0': { ...pure, requires: ['late<2'] } },
}

const { indexes } = sandbox(cpu, main)

/** What a run decides for a repository: Pythons, source, notices, and the lines as they are then. */
async function decided(files: Readonly<Record<string, string>>, more: Partial<Options> = {}) {
  const cwd = repositoryWith(files)
  const notices: string[] = []
  const { result } = await rewrite(['requirements.txt'], {
    cwd,
    environment: { PIP_CONFIG_FILE: '/dev/null', HOME: cwd },
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    sizes: false,
    cacheDir: join(cwd, 'cache'),
    onNotice: message => notices.push(message),
    ...more,
  })
  const to = result.files.flatMap(({ changes }) => changes.map(change => change.to))
  return { python: result.target.python, source: result.target.source, notices, to }
}

describe('nothing states a Python: the newest on which the files install', () => {
  test('and none on which they do only because the line of a project that no index has falls away', async () => {
    const requirements = 'torch\nnowhere ; python_version >= "3.12"\n'
    await expect(decided({ 'requirements.txt': requirements })).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringMatching(/for Python 3\.14 .*nowhere/s),
    })
  })

  test.each<[id: string, requirements: string, python: string, source: RegExp, pinned?: string]>([
    ['torch itself', 'torch>=2\n', '3.14', /^nothing states one; the newest that torch has a CPU wheel for$/],
    [
      'a pin of torch',
      'torch==2.4.1\n',
      '3.12',
      /; torch 2\.4\.1 \(requirements\.txt:1\) has no wheel for Python 3\.13, only for Python 3\.10 to 3\.12$/,
      'torch==2.4.1+cpu',
    ],
    ['a pin of a CUDA build', 'torch==2.4.1+cu118\n', '3.12', /torch 2\.4\.1 .* Python 3\.13,/, 'torch==2.4.1+cpu'],
    ['a pin of a CUDA build that no Python has', 'torch==2.4.0+cu118\n', '3.12', /Python 3\.13,/, 'torch==2.4.1+cpu'],
    ['the older of two pins', 'flask\nlate==1.0\ntorch==2.9.0\n', '3.12', /late 1\.0 \(requirements\.txt:2\)/],
    ['a range below', 'late<2\n', '3.12', /late 1\.0 \(requirements\.txt:1\) has no wheel for Python 3\.13/],
    [
      'no build from source where older Pythons have wheels',
      'built\n',
      '3.12',
      /built 1\.0 .* no wheel for Python 3\.13/,
    ],
    ['a source that has no wheels at all', 'source\n', '3.14', /newest/],
    ['a source whose wheels are for no Python that torch has', 'ancient\n', '3.14', /newest/],
    ['what a line needs', 'app\n', '3.13', /late 2\.0, which app needs, has no wheel for Python 3\.14, only for/],
    ['what holds another back', 'late\nholder\n', '3.12', /late 1\.0 \(requirements\.txt:1\) has no wheel/],
    ['a page of another project of the family', 'torchvision\n', '3.12', /torchvision 0\.19\.1 .* Python 3\.13/],
    ['no fall back to what was plain once', 'onceplain\n', '3.13', /onceplain 2\.0 \(requirements\.txt:1\)/],
    [
      'Requires-Python from above',
      'capped\n',
      '3.12',
      /capped 2\.0 \(requirements\.txt:1\) needs Python >=3\.10,<3\.13/,
    ],
    ['Requires-Python from below, which is no news', 'modern\nlate\n', '3.13', /late 2\.0 .* Python 3\.14/],
    [
      'markers of all lines',
      'torch ; python_version < "3.13"\nflask ; python_version < "3.13"\n',
      '3.12',
      /:1 and 1 more do not apply to Python 3\.13$/,
    ],
    [
      'the marker of torch alone',
      'torch ; python_version < "3.12"\nflask\n',
      '3.11',
      /torch \(requirements\.txt:1\) does not apply to Python 3\.12/,
    ],
    [
      'markers that part the Pythons',
      'torch==2.4.1 ; python_version < "3.13"\ntorch==2.9.0 ; python_version >= "3.13"\n',
      '3.14',
      /newest/,
    ],
    ['a backport, which newer ones go without', 'torch\nlate ; python_version < "3.13"\n', '3.14', /newest/],
  ])('%s', async (_, requirements, python, source, pinned) => {
    const found = await decided({ 'requirements.txt': requirements })
    expect(found.python).toEqual([python])
    expect(found.source).toMatch(source)
    expect(found.notices.filter(notice => /^nothing says which Python .*: taking 3\.\d+, /.test(notice))).toHaveLength(
      1,
    )
    if (pinned) expect(found.to).toContain(pinned)
  })

  test('a wheel of a URL', async () => {
    const url = `${indexes.cpu}/torch-2.4.1%2Bcpu-cp311-cp311-linux_x86_64.whl`
    const found = await decided({ 'requirements.txt': `torch @ ${url}\nflask\n` })
    expect(found.python).toEqual(['3.11'])
    expect(found.source).toMatch(/torch 2\.4\.1 \(requirements\.txt:1\) is a wheel for Python 3\.11, not for 3\.12$/)
  })

  test('where the pins were made for different Pythons, one on which the resolver finds a way', async () => {
    const found = await decided({ 'requirements.txt': 'capped==2.0\nmodern\nonceplain\ntorch==2.9.0\n' })
    expect(found.python).toEqual(['3.12'])
  })

  test('a range that the repository allows', async () => {
    const pyproject = '[project]\nrequires-python = ">=3.10,<3.13"\n'
    const found = await decided({ 'requirements.txt': 'flask\n', 'pyproject.toml': pyproject })
    expect(found).toMatchObject({
      python: ['3.12'],
      source: 'nothing states one; pyproject.toml:2 allows >=3.10,<3.13',
    })
  })

  test('no Python at all: why not on the newest that was asked, and no hint to another', async () => {
    const refused = decided({ 'requirements.txt': 'flask<3\nflask>=3\n' })
    await expect(refused).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringContaining('Python 3.14'),
    })
    await expect(refused).rejects.not.toMatchObject({ hint: expect.stringContaining('--python') })
  })
})

describe('what states a Python', () => {
  const header =
    '#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n#    pip-compile\n#\n'
  const workflow = (...versions: string[]) =>
    `jobs:\n  test:\n    strategy:\n      matrix:\n        python: [${versions.map(version => `"${version}"`).join(', ')}]\n    steps:\n      - uses: actions/setup-python@v5\n        with:\n          python-version: \${{ matrix.python }}\n`

  test.each<[id: string, files: Record<string, string>, python: readonly string[], source: string]>([
    ['a Dockerfile', { Dockerfile: 'FROM python:3.10-slim\n' }, ['3.10'], 'Dockerfile:1'],
    ['a header', { 'requirements.txt': `${header}torch==2.4.1\n` }, ['3.11'], 'requirements.txt:2'],
    [
      'two places that agree',
      { 'requirements.txt': `${header}torch==2.4.1\n`, Dockerfile: 'FROM python:3.11.4\n' },
      ['3.11.4'],
      'Dockerfile:1',
    ],
    [
      'two places: both are served',
      { Dockerfile: 'FROM python:3.11\n', '.python-version': '3.12\n' },
      ['3.11', '3.12'],
      'Dockerfile:1, .python-version:1',
    ],
    [
      'what deploys, and not what tests',
      { Dockerfile: 'FROM python:3.11\n', '.github/workflows/ci.yml': workflow('3.10', '3.12') },
      ['3.11'],
      'Dockerfile:1',
    ],
    [
      'a matrix: all are served',
      { '.github/workflows/ci.yml': workflow('3.10', '3.12') },
      ['3.10', '3.12'],
      '.github/workflows/ci.yml:5, .github/workflows/ci.yml:5',
    ],
  ])('%s', async (_, files, python, source) => {
    const found = await decided({ 'requirements.txt': 'torch==2.4.1\n', ...files })
    expect(found).toMatchObject({ python, source, notices: [] })
  })

  test.each(['torch==2.4.1', 'torch==2.4.1+cpu'])('a weaker place without a solution for %s', async pin => {
    const found = await decided({
      'requirements.txt': `${pin}\n`,
      Dockerfile: 'FROM python:3.11\n',
      '.python-version': '3.13\n',
    })
    expect(found).toMatchObject({
      python: ['3.11'],
      source: 'Dockerfile:1',
      notices: ['the files have no solution for Python 3.13 (.python-version:1); taking Python 3.11 (Dockerfile:1)'],
    })
  })

  test('the built command reads a workflow', async () => {
    const cwd = repositoryWith({ 'requirements.txt': 'flask\n', '.github/workflows/ci.yml': workflow('3.10') })
    const flags = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--no-sizes']
    const { code, stdout } = await torchpinIn(cwd)(cwd, ['check', 'requirements.txt', ...flags, '--format', 'json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).target).toMatchObject({ python: ['3.10'], source: '.github/workflows/ci.yml:5' })
  })

  test('the strongest place is not given up', async () => {
    await expect(
      decided({ 'requirements.txt': 'torch==2.4.1\n', Dockerfile: 'FROM python:3.13\n', '.python-version': '3.11\n' }),
    ).rejects.toMatchObject({ code: 'NO_SOLUTION', hint: expect.stringContaining('--python 3.12') })
  })

  test('of a matrix those that have a solution', async () => {
    const found = await decided({
      'requirements.txt': 'torch==2.4.1\n',
      '.github/workflows/ci.yml': workflow('3.11', '3.12', '3.13', '3.14'),
    })
    expect(found.python).toEqual(['3.11', '3.12'])
    expect(found.notices).toEqual([expect.stringMatching(/no solution for Python 3\.13 \(.*\) and Python 3\.14 \(/)])
  })

  test('a Python that another place does not allow is taken and said', async () => {
    const found = await decided({
      'requirements.txt': 'flask\n',
      Dockerfile: 'FROM python:3.11\n',
      'pyproject.toml': '[project]\nrequires-python = ">=3.12"\n',
    })
    expect(found).toMatchObject({
      python: ['3.11'],
      notices: ['Dockerfile:1 says Python 3.11, and pyproject.toml:2 allows only >=3.12'],
    })
  })
})

describe('the hint to another Python', () => {
  test.each<[id: string, requirements: string, python: string, hint: RegExp]>([
    ['names one on which there is a solution', 'torch==2.4.1\n', '3.14', /--python 3\.12$/],
    ['is not the one the wheels of one pin are for', 'torch==2.4.1\nlate==1.0\nflask\n', '3.13', /--python 3\.12$/],
    ['is none where there is none', 'torch==2.4.1\nmodern==2.0\n', '3.12', /^(?!.*--python)/],
  ])('%s', async (_, requirements, python, hint) => {
    await expect(decided({ 'requirements.txt': requirements }, { python: [python] })).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      hint: expect.stringMatching(hint),
    })
  })
})
