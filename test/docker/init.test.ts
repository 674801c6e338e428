import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type DockerInitOptions, initDocker, saveDocker } from '../../src/docker-init.ts'
import type { DockerInitResult } from '../../src/docker-init-result.ts'
import { folderWith, repositoryWith } from '../workspace/temporary.ts'

interface Made {
  readonly result: DockerInitResult
  readonly dockerfile: string
  readonly ignore: string
}

async function made(files: Readonly<Record<string, string>>, options: DockerInitOptions = {}): Promise<Made> {
  const { result, files: planned } = await initDocker(repositoryWith(files), options)
  const [dockerfile, ignore] = planned.map(({ after }) => Buffer.from(after).toString())
  return { result, dockerfile: dockerfile!, ignore: ignore! }
}

const codes = ({ result }: Made) => result.findings.map(({ code }) => code)
const app = { 'main.py': 'from fastapi import FastAPI\napp = FastAPI()\n' }
const cpu = '--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.14.1+cpu\n'
const lock = (torch: string, more = '') =>
  `version = 1\n[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "torch" }]\n${torch}${more}`

describe('the Python of the image', () => {
  test.each<[string, Record<string, string>, DockerInitOptions, string]>([
    ['.python-version', { '.python-version': '3.12\n' }, {}, 'python:3.12-slim-trixie'],
    ['a patch is on Debian 12', { 'runtime.txt': 'python-3.11.9\n' }, {}, 'python:3.11.9-slim-bookworm'],
    ['a patch of 3.14', { '.python-version': '3.14.0\n' }, {}, 'python:3.14.0-slim-trixie'],
    ['3.8 came before Debian 13', { '.python-version': '3.8\n' }, {}, 'python:3.8-slim-bookworm'],
    ['--python', { '.python-version': '3.12\n' }, { python: '3.13' }, 'python:3.13-slim-trixie'],
    ['--base', { '.python-version': '3.12\n' }, { base: 'bookworm' }, 'python:3.12-bookworm'],
    [
      'within requires-python',
      { 'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.10,<3.13"\ndependencies = []\n' },
      {},
      'python:3.12-slim-trixie',
    ],
    [
      'what torch is pinned to has wheels for',
      { 'requirements.txt': 'torch==2.1.0+cpu\n' },
      {},
      'python:3.11-slim-trixie',
    ],
  ])('%s', async (_, files, options, image) => {
    expect((await made({ ...app, ...files }, options)).dockerfile).toContain(`FROM ${image} AS builder`)
  })

  test('a Python without a wheel of the torch that is asked for is told', async () => {
    const told = await made({ ...app, '.python-version': '3.13\n', 'requirements.txt': cpu.replace('2.14.1', '2.1.0') })
    expect(told.result.findings).toContainEqual(
      expect.objectContaining({
        code: 'init-python-without-torch',
        message: 'torch 2.1.0+cpu has no CPU wheel for Python 3.13 (.python-version:1)',
      }),
    )
  })
})

describe('what is installed', () => {
  test.each<[string, Record<string, string>, string]>([
    ['requirements.txt', { 'requirements.txt': '', 'requirements-dev.txt': '' }, 'pip install -r requirements.txt'],
    ['for production', { 'requirements.txt': '', 'requirements-prod.txt': '' }, 'pip install -r requirements-prod.txt'],
    [
      'in a folder',
      { 'requirements/base.txt': '', 'requirements/production.txt': '', 'requirements/test.txt': '' },
      'pip install -r requirements/production.txt',
    ],
    [
      'what others build on',
      { 'requirements/base.txt': '', 'requirements/local.txt': '' },
      'pip install -r requirements/base.txt',
    ],
    [
      'for the CPU',
      { 'requirements.txt': '', 'requirements-cpu.txt': '', 'requirements-gpu.txt': '' },
      'pip install -r requirements-cpu.txt',
    ],
    [
      'a script that says uv',
      { 'requirements.txt': 'torch\n', Makefile: 'install:\n\tuv pip install -r requirements.txt\n' },
      'uv pip install --torch-backend cpu -r requirements.txt',
    ],
    [
      'a lock of uv',
      {
        'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["torch"]\n',
        'uv.lock': lock(''),
        'requirements.txt': '',
      },
      'uv sync --locked --no-dev --no-install-project',
    ],
    [
      'a workspace of uv',
      {
        'pyproject.toml': '[project]\nname = "shop"\ndependencies = []\n[tool.uv.workspace]\nmembers = ["a"]\n',
        'uv.lock': lock(''),
      },
      'uv sync --frozen --no-dev --no-install-workspace',
    ],
    [
      'Poetry without a lock',
      { 'pyproject.toml': '[tool.poetry]\nname = "shop"\n' },
      'poetry install --no-interaction --only main --no-root',
    ],
    ['a project', { 'pyproject.toml': '[build-system]\nrequires = ["setuptools"]\n' }, 'pip install .'],
    ['setup.py', { 'setup.py': '' }, 'pip install .'],
    [
      'Pipfile without a lock',
      { Pipfile: '[packages]\nflask = "*"\n' },
      '/opt/pipenv/bin/pipenv lock && /opt/pipenv/bin/pipenv requirements',
    ],
    [
      'the project itself',
      { 'requirements.txt': '-e .\n', 'setup.py': '' },
      'COPY . .\nRUN --mount=type=cache,target=/root/.cache/pip \\\n    pip install -r requirements.txt',
    ],
    [
      'what is in a folder of it',
      { 'requirements.txt': './libs/ranking\n', 'libs/ranking/setup.py': '' },
      'COPY libs/ranking ./libs/ranking',
    ],
  ])('%s', async (_, files, part) => {
    expect((await made({ ...app, ...files })).dockerfile).toContain(part)
  })

  test.each<[string, Record<string, string>, DockerInitOptions['installer'], string]>([
    [
      'pip for a project of uv',
      { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["httpx"]\n', 'uv.lock': lock('') },
      'pip',
      'pip install -r /tmp/requirements.txt',
    ],
    ['uv for a requirements file', { 'requirements.txt': 'httpx\n' }, 'uv', 'uv pip install -r requirements.txt'],
    [
      'Poetry',
      { 'pyproject.toml': '[tool.poetry]\nname = "shop"\n', 'requirements.txt': '' },
      'poetry',
      'poetry install',
    ],
  ])('--installer: %s', async (_, files, installer, part) => {
    expect((await made({ ...app, ...files }, { installer })).dockerfile).toContain(part)
  })

  test('uv at the release that the project wants', async () => {
    const { dockerfile } = await made({
      ...app,
      'pyproject.toml': '[project]\nname = "x"\ndependencies = []\n[tool.uv]\nrequired-version = "==0.9.3"\n',
      'uv.lock': lock(''),
    })
    expect(dockerfile).toContain('COPY --from=ghcr.io/astral-sh/uv:0.9.3 /uv /uvx /bin/')
  })

  test.each<[string, Record<string, string>, string[]]>([
    ['nothing', {}, ['init-python-assumed', 'init-requirements-unknown', 'init-server-missing']],
    ['conda', { 'environment.yml': '' }, ['init-python-assumed', 'init-requirements-unknown', 'init-server-missing']],
    [
      'no lock',
      { 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "~3.12"\nuvicorn = "*"\n' },
      ['init-lock-missing'],
    ],
    [
      'several files',
      { '.python-version': '3.12', 'requirements.txt': 'uvicorn\n', 'requirements-api.txt': '' },
      ['init-requirements-guessed'],
    ],
    [
      'a variable',
      { '.python-version': '3.12', 'requirements.txt': '--index-url https://${TOKEN}@example.org/simple\nuvicorn\n' },
      ['init-secret-needed'],
    ],
    [
      'a development server',
      {
        '.python-version': '3.12',
        'requirements.txt': 'flask\n',
        'main.py': 'from flask import Flask\napp = Flask("x")\n',
      },
      ['init-development-server'],
    ],
    [
      'no port',
      { '.python-version': '3.12', 'requirements.txt': 'httpx\n', 'main.py': 'print(1)\n' },
      ['init-port-unknown'],
    ],
    [
      'this machine alone',
      {
        '.python-version': '3.12',
        'requirements.txt': 'uvicorn\n',
        'main.py': 'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run("x:y", host="127.0.0.1", port=9000)\n',
      },
      ['init-listens-locally'],
    ],
    [
      'no start',
      { '.python-version': '3.12', 'requirements.txt': 'httpx\n', 'main.py': '', 'helper.py': '' },
      ['init-port-unknown'],
    ],
    [
      'two applications',
      { '.python-version': '3.12', 'requirements.txt': 'uvicorn\n', 'web/app.py': app['main.py'] },
      ['init-entry-point-guessed'],
    ],
  ])('is asked for: %s', async (_, files, expected) => {
    const all = await made({ ...app, ...files })
    expect(codes(all)).toEqual(expected)
    for (const { code, line } of all.result.findings)
      expect(
        all.dockerfile
          .split('\n')
          .slice(line! - 1)
          .join(' ')
          .replace(/ # /g, ' '),
      ).toContain(`(torchpin explain ${code})`)
  })

  test('what lies outside of the folder is told', async () => {
    const root = folderWith({
      '.git/HEAD': '',
      'shared.txt': 'httpx\n',
      'api/requirements.txt': '-r ../shared.txt\nuvicorn\n',
      'api/main.py': app['main.py'],
      '.python-version': '3.12',
    })
    const { result } = await initDocker('api', { cwd: root })
    expect(result.findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'init-outside-context',
        'requirements.txt brings in ../shared.txt, which lies outside of the folder that is built',
      ],
    ])
    expect(result.recognised[0]).toEqual({ what: 'Python', value: '3.12', source: '../.python-version:1' })
  })
})

describe('torch', () => {
  const proof = 'assert torch.version.cuda is None'
  test.each<[string, Record<string, string>, { told: boolean; proved: boolean; part: string | RegExp }]>([
    [
      'pinned to a CPU build',
      { 'requirements.txt': cpu },
      { told: false, proved: true, part: 'pip install -r requirements.txt' },
    ],
    [
      'by constraints',
      { 'requirements.txt': `-c c.txt\n${cpu.replace('==2.14.1+cpu', '')}`, 'c.txt': 'torch==2.14.1+cpu\n' },
      { told: false, proved: true, part: 'COPY requirements.txt c.txt ./' },
    ],
    [
      'by URL',
      {
        'requirements.txt':
          'torch @ https://download.pytorch.org/whl/cpu/torch-2.14.1%2Bcpu-cp312-cp312-manylinux_2_28_x86_64.whl\n',
      },
      { told: false, proved: true, part: 'pip install -r requirements.txt' },
    ],
    [
      'without an index',
      { 'requirements.txt': 'torch==2.14.1+cpu\n' },
      {
        told: true,
        proved: true,
        part: 'pip install --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt\n',
      },
    ],
    [
      'not pinned',
      { 'requirements.txt': 'torch\n' },
      { told: true, proved: true, part: /-r requirements\.txt torch==2\.\d[\d.]+\+cpu\n/ },
    ],
    [
      'within a range',
      { 'requirements.txt': 'torch<2.13\n' },
      { told: true, proved: true, part: '-r requirements.txt torch==2.12.1+cpu\n' },
    ],
    [
      'with torchvision',
      { 'requirements.txt': 'torch\ntorchvision\n' },
      {
        told: true,
        proved: true,
        part: /-r requirements\.txt torch==2\.\d[\d.]+\+cpu torchvision==0\.\d[\d.]+\+cpu\n/,
      },
    ],
    [
      'torchvision beside a pinned torch',
      { 'requirements.txt': `${cpu.replace('2.14.1', '2.11.0')}torchvision\n` },
      { told: true, proved: true, part: '-r requirements.txt torchvision==0.26.0+cpu\n' },
    ],
    [
      'brought along',
      { 'requirements.txt': 'sentence-transformers\n' },
      { told: true, proved: true, part: /-r requirements\.txt torch==2\.\d[\d.]+\+cpu\n/ },
    ],
    [
      'brought along with torchvision',
      { 'requirements.txt': 'easyocr\n' },
      { told: true, proved: true, part: /torch==2\.\d[\d.]+\+cpu torchvision==0\.\d[\d.]+\+cpu\n/ },
    ],
    [
      'of CUDA',
      { 'requirements.txt': 'torch==2.5.1+cu121\n' },
      { told: true, proved: false, part: 'pip install -r requirements.txt\n' },
    ],
    [
      'from an index of CUDA builds',
      { 'requirements.txt': '--extra-index-url https://download.pytorch.org/whl/cu126\ntorch\n' },
      { told: true, proved: false, part: 'pip install -r requirements.txt\n' },
    ],
    [
      'with hashes',
      { 'requirements.txt': `torch==2.14.1 --hash=sha256:${'0'.repeat(64)}\n` },
      { told: true, proved: false, part: 'pip install -r requirements.txt\n' },
    ],
    [
      'only on a Mac',
      { 'requirements.txt': 'torch ; sys_platform == "darwin"\n' },
      { told: false, proved: false, part: 'pip install -r requirements.txt\n' },
    ],
    [
      'none',
      { 'requirements.txt': 'httpx\n' },
      { told: false, proved: false, part: 'pip install -r requirements.txt\n' },
    ],
    [
      'locked for CUDA',
      {
        'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["torch"]\n',
        'uv.lock': lock(
          '[[package]]\nname = "torch"\nversion = "2.15.0"\nsource = { registry = "https://registry.example/simple" }\n',
        ),
      },
      { told: true, proved: false, part: 'uv sync --locked' },
    ],
    [
      'locked for the CPU',
      {
        'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["torch"]\n',
        'uv.lock': lock(
          '[[package]]\nname = "torch"\nversion = "2.14.1+cpu"\nsource = { registry = "https://download.pytorch.org/whl/cpu" }\n',
        ),
      },
      { told: false, proved: true, part: 'uv sync --locked' },
    ],
  ])('%s', async (_, files, { told, proved, part }) => {
    const all = await made({ ...app, '.python-version': '3.12\n', ...files })
    expect(codes(all).includes('init-torch-not-cpu-only')).toBe(told)
    expect(all.dockerfile.includes(proof)).toBe(proved)
    expect(typeof part === 'string' ? all.dockerfile.includes(part) : part.test(all.dockerfile)).toBe(true)
  })
})

describe('system libraries', () => {
  test.each<[string, string, string, string]>([
    ['lightgbm', 'lightgbm\n', 'runtime', 'libgomp1'],
    ['torch needs none', cpu, 'runtime', ''],
    ['llama-cpp-python to build', 'llama-cpp-python\n', 'builder', 'build-essential cmake'],
    ['llama-cpp-python to run', 'llama-cpp-python\n', 'runtime', 'libgomp1'],
    ['opencv', 'opencv-python\n', 'runtime', 'libgl1 libglib2.0-0t64'],
    ['headless opencv needs none', 'opencv-python-headless\n', 'runtime', ''],
    ['psycopg2 to build', 'psycopg2\n', 'builder', 'build-essential libpq-dev'],
    ['psycopg2-binary needs none', 'psycopg2-binary\n', 'runtime', ''],
    ['git', 'x @ git+https://example.org/x.git\n', 'builder', 'git'],
    ['git over SSH', 'git+ssh://git@example.org/x.git#egg=x\n', 'builder', 'git openssh-client'],
  ])('%s', async (_, requirements, stage, names) => {
    const { dockerfile } = await made({ ...app, '.python-version': '3.12', 'requirements.txt': requirements })
    const part = dockerfile.split(/^FROM /m).find(text => text.split('\n')[0]!.endsWith(`AS ${stage}`))!
    expect(/install -y --no-install-recommends ([^\\]*?) \\/.exec(part)?.[1] ?? '').toBe(names)
  })

  test('are called as the Debian release calls them', async () => {
    const { dockerfile } = await made({ ...app, 'requirements.txt': 'opencv-python\n' }, { base: 'slim-bookworm' })
    expect(dockerfile).toContain('libgl1 libglib2.0-0 \\')
  })

  test('of what a lock brings along, development left out', async () => {
    const text = lock('', '[package.dev-dependencies]\ndev = [{ name = "pydub" }]\n').replace(
      'name = "torch" }',
      'name = "ranker" }',
    )
    const more =
      '[[package]]\nname = "ranker"\ndependencies = [{ name = "lightgbm" }]\n[[package]]\nname = "lightgbm"\n[[package]]\nname = "pydub"\n'
    const { result } = await made({
      ...app,
      'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["ranker"]\n',
      'uv.lock': text + more,
    })
    expect(result.recognised.filter(({ what }) => what === 'needs').map(({ value }) => value)).toEqual(['libgomp1'])
  })
})

describe('.dockerignore', () => {
  test.each<[string, Record<string, string>, string, boolean]>([
    ['tests', { 'tests/test_x.py': '' }, 'tests', true],
    ['tests that code imports', { 'main.py': 'from tests.data import x\n', 'tests/data.py': '' }, 'tests', false],
    ['docs that code reads', { 'main.py': 'open("docs/help.md")\n' }, 'docs', false],
    [
      'docs that the build backend reads',
      { 'pyproject.toml': '[project]\nname = "x"\nreadme = "docs/a.md"\ndependencies = []\n' },
      'docs',
      false,
    ],
    ['a package called env', { 'env/__init__.py': '' }, 'env', false],
    [
      'a requirements file called like a log',
      { 'requirements.txt': '-r more.log\n', 'more.log': '' },
      '**/*.log',
      false,
    ],
    ['secrets', {}, '**/.env', true],
  ])('%s', async (_, files, pattern, ignored) => {
    expect((await made({ ...app, ...files })).ignore.split('\n').includes(pattern)).toBe(ignored)
  })

  test('leaves out nothing that a Dockerfile which is there copies', async () => {
    const { ignore } = await made({
      ...app,
      Dockerfile: 'FROM python:3.12\nCOPY ["docs/api.json", "tests", "./"]\nCOPY --from=x /build /build\n',
    })
    expect(ignore.split('\n')).not.toContain('docs')
    expect(ignore.split('\n')).not.toContain('tests')
    expect(ignore.split('\n')).toContain('build')
  })
})

describe('files that are there', () => {
  const both = { ...app, Dockerfile: 'FROM python:3.12\n', '.dockerignore': '*.txt\n' }

  test('both: refused', async () => {
    await expect(made(both)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', exitCode: 2 })
  })

  test('both: replaced by force, with a diff', async () => {
    const { result } = await made(both, { force: true })
    expect(result.files.map(({ action }) => action)).toEqual(['replace', 'replace'])
    expect(result.files[0]!.diff).toContain('-FROM python:3.12\n')
  })

  test.each([
    ['Dockerfile', ['keep', 'write']],
    ['dockerfile', ['keep', 'write']],
    ['.dockerignore', ['write', 'keep']],
    ['Dockerfile.dockerignore', ['write', 'keep']],
  ])('%s alone stays, the other is written', async (name, actions) => {
    const folder = folderWith({ ...app, [name]: 'FROM scratch\n' })
    const done = await initDocker(folder)
    expect(done.result.files.map(({ action }) => action)).toEqual(actions)
    expect(done.result.findings.map(({ code }) => code)).toContain('init-file-kept')
    await saveDocker(done)
    expect(readFileSync(join(folder, name), 'utf8')).toBe('FROM scratch\n')
    const other = actions[0] === 'keep' ? '.dockerignore' : 'Dockerfile'
    expect(readdirSync(folder).sort()).toEqual(['main.py', name, other].sort())
  })

  test('a .dockerignore that leaves out what is copied is told', async () => {
    const { result } = await made({
      ...app,
      '.python-version': '3.12',
      'requirements.txt': 'uvicorn\n',
      '.dockerignore': '# texts\n*.txt\n',
    })
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        code: 'init-copy-ignored',
        line: 2,
        message: '*.txt leaves out requirements.txt, which the build needs',
      }),
    )
  })

  test('twice by force is the same as once', async () => {
    const folder = folderWith({ ...app, '.python-version': '3.12\n', 'requirements.txt': 'torch\n' })
    await saveDocker(await initDocker(folder))
    const { result } = await initDocker(folder, { force: true })
    expect(result.files.map(({ diff }) => diff)).toEqual(['', ''])
  })
})

describe('options', () => {
  test('--entry-point and its port', async () => {
    const { dockerfile } = await made(app, { entryPoint: 'gunicorn --bind 0.0.0.0:9001 "web:create_app()"' })
    expect(dockerfile).toContain('EXPOSE 9001\nCMD ["gunicorn", "--bind", "0.0.0.0:9001", "web:create_app()"]')
  })

  test('--port moves what was found', async () => {
    const { dockerfile } = await made(app, { port: 9002 })
    expect(dockerfile).toContain('EXPOSE 9002\nCMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "9002"]')
  })

  test('--port of Gradio', async () => {
    const { dockerfile } = await made({ 'app.py': 'import gradio as gr\ngr.Blocks().launch()\n' }, { port: 9003 })
    expect(dockerfile).toContain('GRADIO_SERVER_PORT=9003')
  })

  test.each<[string, DockerInitOptions]>([
    ['python', { python: '3' }],
    ['port', { port: 70000 }],
    ['base', { base: 'alpine' as 'trixie' }],
    ['installer', { installer: 'conda' as 'pip' }],
    ['an installer that does not go', { installer: 'poetry' }],
    ['entry point', { entryPoint: '"uvicorn' }],
    ['an empty entry point', { entryPoint: ' ' }],
  ])('%s that cannot be is refused', async (_, options) => {
    await expect(made(app, options)).rejects.toMatchObject({ code: 'BAD_OPTION' })
  })
})

describe('folders that are no project', () => {
  test.each<[string, Record<string, string>, string]>([
    ['empty', {}, 'give the folder that holds its requirements or its code'],
    ['papers', { 'README.md': '' }, 'give the folder that holds its requirements or its code'],
    [
      'two applications',
      { 'api/requirements.txt': '', 'api/main.py': '', 'web/pyproject.toml': '' },
      'an image is made of one: torchpin docker init ',
    ],
    [
      'one below',
      { 'backend/requirements.txt': 'flask\n', 'frontend/package.json': '{}' },
      'an image is made of one: torchpin docker init ',
    ],
  ])('%s', async (_, files, hint) => {
    await expect(made(files)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', hint: expect.stringContaining(hint) })
  })

  test('one that is not there', async () => {
    await expect(initDocker('/nowhere')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

test('text of the repository ends no comment and no instruction', async () => {
  const { dockerfile } = await made({
    ...app,
    'requirements\u2028a.txt': 'flask\n',
    Procfile: 'web: gunicorn "a\\"b" $(whoami)\n',
  })
  expect(
    dockerfile
      .split('\n')
      .filter(line => line !== '' && !/^(?:#|FROM|RUN|ENV|COPY|WORKDIR|USER|EXPOSE|CMD| )/.test(line)),
  ).toEqual([])
  expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)![1]!)).toEqual(['sh', '-c', 'gunicorn "a\\"b" $(whoami)'])
})
