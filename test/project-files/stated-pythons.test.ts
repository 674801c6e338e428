import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pythonsAround } from '../../src/project-files/stated-pythons.ts'
import { repositoryWith } from '../workspace/temporary.ts'

/** `3.11 Dockerfile:1`, for each Python that is stated. */
async function statedIn(folder: string, root: string, requirements: readonly string[] = []): Promise<string[]> {
  const { stated } = await pythonsAround(folder, { cwd: root, requirements })
  return stated.map(({ python, source }) => `${python} ${source}`)
}

describe('what a file says', () => {
  test.each<[id: string, name: string, contents: string | Uint8Array, python: string | undefined, line?: number]>([
    ['an image', 'Dockerfile', '# syntax\nFROM python:3.11-slim\n', '3.11', 2],
    ['an image without a version', 'Dockerfile', 'FROM python:latest\n', undefined],
    ['pyenv, several', '.python-version', '# main\npypy3.9-7.3.9\nmyenv\n3.11.4\n3.10.2\n', '3.11.4', 4],
    ['uv, by implementation', '.python-version', 'cpython@3.12', '3.12', 1],
    ['pyenv, in development', '.python-version', '3.14-dev\r\n', '3.14', 1],
    ['a pre-release', '.python-version', '3.13.0rc2\n', '3.13', 1],
    ['as PowerShell writes it', '.python-version', Buffer.from('\ufeff3.11\r\n', 'utf16le'), '3.11', 1],
    ['in UTF-8 with a mark', '.python-version', '\ufeff3.11\n', '3.11', 1],
    ['a major version', '.python-version', '3\n', undefined],
    ['PyPy', '.python-version', 'pypy3.10\n', undefined],
    ['the system', '.python-version', 'system\n', undefined],
    ['a lower bound', '.python-version', '>=3.11\n', undefined],
    ['bytes', '.python-version', Uint8Array.of(0xff, 0xfe, 0x00), undefined],
    ['Heroku', 'runtime.txt', ' python-3.11.9 \n', '3.11.9', 1],
    ['of another language', 'runtime.txt', 'nodejs-20\n3.11\n', undefined],
    ['asdf, with fallbacks', '.tool-versions', 'nodejs 3.12.1\npython system 3.11.4 3.10.2 # why\n', '3.11.4', 2],
    ['asdf, the latest of a series', '.tool-versions', 'python latest:3.11\n', '3.11', 1],
    ['asdf, the latest', '.tool-versions', 'python latest\n', undefined],
    ['a standard project', 'pyproject.toml', '[project]\nname = "x"\nrequires-python = "==3.11.*"\n', '3.11', 3],
    ['a range of one minor version', 'pyproject.toml', '[project]\nrequires-python = ">=3.11,<3.12"\n', '3.11', 2],
    [
      'a lower bound, which is no version in use',
      'pyproject.toml',
      '[project]\nrequires-python = ">=3.9"\n',
      undefined,
    ],
    ['Poetry', 'pyproject.toml', '[tool.poetry.dependencies]\npython = "~3.11"\n', '3.11', 2],
    [
      'both, of which one pins',
      'pyproject.toml',
      '[project]\nrequires-python = ">=3.9"\n[tool.poetry.dependencies]\npython = "3.11.*"',
      '3.11',
      4,
    ],
    ['in one line of TOML', 'pyproject.toml', 'project = { requires-python = "==3.11.*" }\n', '3.11'],
    ['several constraints', 'pyproject.toml', '[tool.poetry.dependencies]\npython = [{version = "3.11"}]\n', undefined],
    ['no TOML', 'pyproject.toml', '[project\nrequires-python = "==3.11.*"\n', undefined],
    ['another shape', 'pyproject.toml', 'project = "requires-python"\ntool = 3\n', undefined],
    ['setuptools', 'setup.cfg', '[options]\npython_requires = ==3.10.*\n', '3.10', 2],
    ['setuptools, with a comment', 'setup.cfg', '[options]\npython_requires = ~=3.10.0  # old\n', '3.10', 2],
    ['a call', 'setup.py', "setup(\n    python_requires='>=3.10,<3.11',\n)\n", '3.10', 2],
    ['a call with what is worked out', 'setup.py', 'setup(python_requires=">=" + oldest)\n', undefined],
    ['a call that is commented out', 'setup.py', '# python_requires="==3.8.*",\n', undefined],
    ['Pipenv', 'Pipfile', '[requires]\npython_version = "3.9"\n', '3.9', 2],
    ['conda', 'environment.yml', 'dependencies:\n  - pip\n  - python=3.10\n', '3.10', 3],
    ['conda, another channel and build', 'environment.yml', '- conda-forge::python==3.9.18=h0755675_0\n', '3.9.18', 1],
    ['conda, in quotes', 'environment.yaml', "dependencies: \n- 'python = 3.8'\n", '3.8', 2],
    ['conda, a lower bound', 'environment.yml', '- python>=3.8\n', undefined],
    ['conda, another package', 'environment.yml', '- python-dateutil=2.8\n- pythonnet=3.0\n', undefined],
    ['an environment of venv', '.venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.12.3\n', '3.12.3', 2],
    ['an environment of virtualenv', 'venv/pyvenv.cfg', 'version_info = 3.11.4.final.0\n', '3.11.4', 1],
    ['a variant of a Dockerfile', 'Dockerfile.cpu', 'FROM python:3.11\n', '3.11', 1],
    ['a variant, named the other way', 'api.Dockerfile', 'FROM python:3.11\n', '3.11', 1],
    ['a Containerfile', 'Containerfile', 'FROM python:3.11\n', '3.11', 1],
    ['what a Dockerfile leaves out', 'Dockerfile.dockerignore', 'FROM python:3.11\n', undefined],
    ['a folder', 'Dockerfile/x', 'FROM python:3.11\n', undefined],
  ])('%s: %s', async (_, name, contents, python, line) => {
    const root = repositoryWith({ [name]: contents })
    const source = line === undefined ? name : `${name}:${line}`
    expect(await statedIn(root, root)).toEqual(python === undefined ? [] : [`${python} ${source}`])
  })
})

describe('which ranges a file allows', () => {
  test.each<[id: string, name: string, contents: string, range: string, line: number]>([
    ['a project', 'pyproject.toml', '[project]\nrequires-python = ">=3.9"\n', '>=3.9', 2],
    ['Poetry', 'pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.9"\n', '>=3.9,<4', 2],
    ['setuptools', 'setup.cfg', '[options]\npython_requires = >=3.7, <3.12\n', '>=3.7, <3.12', 2],
    ['a call', 'setup.py', 'setup(\n  name="x", python_requires=">=3.8",\n)', '>=3.8', 2],
    ['conda', 'environment.yml', 'dependencies:\n- python>=3.8,<3.12\n', '>=3.8,<3.12', 2],
  ])('%s: %s', async (_, name, contents, range, line) => {
    const root = repositoryWith({ [name]: contents })
    const { stated, allowed } = await pythonsAround(root, { cwd: root })
    expect(stated).toEqual([])
    expect(allowed).toEqual([{ range, source: `${name}:${line}` }])
  })
})

describe('which place counts', () => {
  const everywhere = {
    Dockerfile: 'FROM python:3.8',
    '.python-version': '3.10',
    'runtime.txt': 'python-3.11.1',
    '.tool-versions': 'python 3.12.1',
    'pyproject.toml': '[project]\nrequires-python = "==3.13.*"',
    'environment.yml': '- python=3.9',
  }

  test('of the files that deploy each, the strongest first', async () => {
    const root = repositoryWith(everywhere)
    expect(await statedIn(root, root)).toEqual([
      '3.8 Dockerfile:1',
      '3.10 .python-version:1',
      '3.11.1 runtime.txt:1',
      '3.12.1 .tool-versions:1',
      '3.13 pyproject.toml:2',
      '3.9 environment.yml:1',
    ])
  })

  test('of several Dockerfiles the plain one, else the first that names a Python', async () => {
    const root = repositoryWith({ 'Dockerfile.a': 'FROM python:3.9', Dockerfile: 'FROM python:3.8', 'b/x': '' })
    expect(await statedIn(root, root)).toEqual(['3.8 Dockerfile:1'])
    const other = repositoryWith({ 'Dockerfile.a': 'FROM python:3.9', Dockerfile: 'FROM nginx' })
    expect(await statedIn(other, other)).toEqual(['3.9 Dockerfile.a:1'])
  })

  const workflow =
    'jobs:\n  test:\n    steps:\n      - uses: actions/setup-python@v5\n        with: {python-version: "3.9"}'
  test.each<[id: string, files: Record<string, string>, stated: string]>([
    [
      'what deploys before an environment',
      { '.python-version': '3.10', '.venv/pyvenv.cfg': 'version = 3.12.1' },
      '3.10 .python-version:1',
    ],
    [
      'an environment before tests',
      { '.venv/pyvenv.cfg': 'version = 3.12.1', '.github/workflows/ci.yml': workflow },
      '3.12.1 .venv/pyvenv.cfg:1',
    ],
    ['tests where nothing else says it', { '.github/workflows/ci.yml': workflow }, '3.9 .github/workflows/ci.yml:5'],
  ])('%s', async (_, files, stated) => {
    const root = repositoryWith(files)
    expect(await statedIn(root, root)).toEqual([stated])
  })

  test('a folder before the one above it, and the source as seen from the current folder', async () => {
    const root = repositoryWith({ Dockerfile: 'FROM python:3.8', 'api/.python-version': '3.10', 'web/x': '' })
    expect(await statedIn(join(root, 'api'), root)).toEqual(['3.10 api/.python-version:1'])
    expect(await statedIn(join(root, 'web'), join(root, 'web'))).toEqual(['3.8 ../Dockerfile:1'])
  })

  test('nothing beyond the root of the repository', async () => {
    const root = repositoryWith({ 'nested/.git/HEAD': '', '.python-version': '3.12\n' })
    expect(await statedIn(join(root, 'nested'), root)).toEqual([])
  })

  test('a folder that is not there has folders above it all the same', async () => {
    const root = repositoryWith({ '.python-version': '3.10' })
    expect(await statedIn(join(root, 'no/such'), root)).toEqual(['3.10 .python-version:1'])
  })

  test.skipIf(process.platform === 'win32')('a named pipe is not waited for', async () => {
    const root = repositoryWith({ '.python-version': '3.10' })
    execFileSync('sh', ['-c', 'mkfifo Dockerfile'], { cwd: root })
    expect(await statedIn(root, root)).toEqual(['3.10 .python-version:1'])
  })
})

describe('the jobs of a CI system', () => {
  const job = (name: string, lines: string) => `jobs:\n  ${name}:\n${lines.replace(/^/gm, '    ')}\n`
  const setUp = (version: string) =>
    `steps:\n  - uses: actions/setup-python@v5\n    with:\n      python-version: ${version}`

  test.each<[id: string, text: string, stated: readonly string[]]>([
    ['a version', job('test', setUp("'3.10'")), ['3.10 6']],
    ['a version without quotes, which YAML takes for 3.1', job('test', setUp('3.10')), ['3.10 6']],
    ['a version with any patch', job('test', setUp('"3.10.x"')), ['3.10 6']],
    ['the newest, which is none that stays', job('test', setUp('3.x')), []],
    ['a pre-release', job('test', setUp('3.15-dev')), []],
    ['PyPy', job('test', setUp('pypy3.10')), []],
    ['several, one on a line', job('test', setUp('|\n        3.10\n        3.12')), ['3.10 6', '3.12 6']],
    [
      'a matrix',
      job('test', `strategy:\n  matrix:\n    python-version: ["3.9", 3.10]\n${setUp('${{ matrix.python-version }}')}`),
      ['3.9 5', '3.10 5'],
    ],
    [
      'a matrix of combinations, and what it includes',
      job(
        'test',
        `strategy:\n  matrix:\n    include:\n      - {py: "3.11"}\n      - os: x\n${setUp('${{matrix.py}}')}`,
      ),
      ['3.11 6'],
    ],
    [
      'a matrix of maps',
      job('test', `strategy:\n  matrix:\n    on:\n      - {py: "3.11"}\n${setUp('${{ matrix.on.py }}')}`),
      ['3.11 6'],
    ],
    ['a variable', `env:\n  PYTHON: "3.12"\n${job('test', setUp('${{ env.PYTHON }}'))}`, ['3.12 2']],
    ['an image', job('test', 'container: python:3.11-slim\nsteps: []'), ['3.11 3']],
    ['an image with settings', job('test', 'container:\n  image: python:3.11\nsteps: []'), ['3.11 4']],
    ['an anchor', job('test', `x: &v "3.11"\n${setUp('*v')}`), ['3.11 3']],
    ['what a script of another language says', job('test', 'steps:\n  - run: python3.11 x.py'), []],
    ['no YAML', 'jobs: {python: [', []],
    ['another shape', 'jobs: [python]\n', []],
  ])('a workflow: %s', async (_, text, stated) => {
    const root = repositoryWith({ '.github/workflows/ci.yml': text })
    expect(await statedIn(root, root)).toEqual(stated.map(said => said.replace(' ', ' .github/workflows/ci.yml:')))
  })

  test('the jobs that install the files before others', async () => {
    const install = `${setUp("'3.10'")}\n  - run: pip install -r requirements.txt`
    const root = repositoryWith({
      '.github/workflows/lint.yml': job('lint', setUp("'3.13'")),
      '.github/workflows/test.yml': job('test', install),
    })
    expect(await statedIn(root, root, ['requirements.txt'])).toEqual(['3.10 .github/workflows/test.yml:6'])
    expect(await statedIn(root, root, ['other.txt'])).toHaveLength(2)
  })

  test.each<[id: string, text: string, stated: readonly string[]]>([
    ['an image for all', 'image: python:3.11\ntest:\n  script: [pytest]\n', ['3.11 .gitlab-ci.yml:1']],
    ['the default', 'default:\n  image: python:3.11\ntest:\n  script: pytest\n', ['3.11 .gitlab-ci.yml:2']],
    ['of a job', 'image: node\ntest:\n  image: {name: "python:3.12"}\n  script: x\n', ['3.12 .gitlab-ci.yml:3']],
    ['no job', 'image: python:3.11\n', []],
  ])('GitLab: %s', async (_, text, stated) => {
    const root = repositoryWith({ '.gitlab-ci.yml': text })
    expect(await statedIn(root, root)).toEqual(stated)
  })
})
