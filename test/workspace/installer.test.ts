import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detectInstaller } from '../../src/project-files/installer.ts'
import { repositoryWith } from './temporary.ts'

const asked = async (files: Readonly<Record<string, string>>, text?: string): Promise<string | undefined> => {
  const root = repositoryWith(files)
  const found = await detectInstaller(root, text, root)
  return found && `${found.installer} ${found.source}`
}

describe('a command', () => {
  test.each<[command: string, installer: 'uv' | 'pip' | undefined]>([
    ['uv pip install -r requirements.txt', 'uv'],
    ['uv pip install --system --no-cache -r requirements.txt', 'uv'],
    ['uv --quiet pip install --requirement=requirements.txt', 'uv'],
    ['/bin/uv pip sync requirements.txt', 'uv'],
    ['uv venv && uv pip install -Ur "requirements.txt"', 'uv'],
    ['pip install uv && uv pip install -r requirements.txt', 'uv'],
    ['pip install -r requirements.txt', 'pip'],
    ['python3 -m pip install --no-cache-dir --requirement requirements.txt', 'pip'],
    ['/opt/venv/bin/pip3.11 install -rrequirements.txt', 'pip'],
    ['pip --no-cache-dir install torch -r requirements.txt', 'pip'],
    ['pip-sync requirements.txt', 'pip'],
    ['uv run pip install -r requirements.txt', 'pip'],
    ['["pip", "install", "-r", "requirements.txt"]', 'pip'],
    ['["uv","pip","install","-r","requirements.txt"]', 'uv'],
    ['uv pip install torch', undefined],
    ['uv pip install -r pyproject.toml', undefined],
    ['uv pip compile requirements.in -o requirements.txt', undefined],
    ['uv sync --frozen', undefined],
    ['pip install .', undefined],
    ['pip install --prefer-binary torch', undefined],
    ['echo "pip install -r requirements.txt"', undefined],
    ['# pip install -r requirements.txt', undefined],
    ['true # pip install -r requirements.txt', undefined],
    ['pipx install poetry -r x', undefined],
  ])('%s', async (command, installer) => {
    expect(await asked({ 'install.sh': `set -e\n${command}\n` })).toBe(installer && `${installer} install.sh:2`)
  })
})

describe('the file that shows it', () => {
  const uv = 'uv pip install -r requirements.txt'
  test.each<[id: string, files: Record<string, string>, found: string | undefined]>([
    [
      'a Dockerfile, in a long command',
      { Dockerfile: `FROM x\nRUN --mount=type=cache \\\n  # why\n  apt-get update && \\\n  ${uv}\n` },
      'uv Dockerfile:5',
    ],
    ['a variant of a Dockerfile', { 'Dockerfile.cpu': `RUN ${uv}` }, 'uv Dockerfile.cpu:1'],
    ['a workflow', { '.github/workflows/test.yml': `steps:\n  - run: ${uv}` }, 'uv .github/workflows/test.yml:2'],
    [
      'a workflow in lines',
      { '.github/workflows/test.yaml': `- run: |\n    ls\n    ${uv}` },
      'uv .github/workflows/test.yaml:3',
    ],
    ['GitLab', { '.gitlab-ci.yml': `script:\n  - ${uv}` }, 'uv .gitlab-ci.yml:2'],
    ['CircleCI', { '.circleci/config.yml': `- run: ${uv}` }, 'uv .circleci/config.yml:1'],
    ['a Makefile', { Makefile: `install:\r\n\t@${uv}\r\n` }, 'uv Makefile:2'],
    ['a Makefile by path', { Makefile: 'install:\n\t$(VENV)/bin/pip install -r requirements.txt\n' }, 'pip Makefile:2'],
    ['a justfile', { justfile: `install:\n  ${uv}` }, 'uv justfile:2'],
    ['tox', { 'tox.ini': `[testenv]\ncommands_pre = ${uv}` }, 'uv tox.ini:2'],
    [
      'a dev container',
      { '.devcontainer/devcontainer.json': `{"postCreateCommand": "${uv}"}` },
      'uv .devcontainer/devcontainer.json:1',
    ],
    [
      'PowerShell in a workflow',
      { '.github/workflows/win.yml': `- run: |\n    $d = \`date\`\n    uv pip install \`\n      -r requirements.txt` },
      'uv .github/workflows/win.yml:3',
    ],
    ['no prose', { 'README.md': uv, 'docs.txt': uv }, undefined],
    ['uv and pip', { Dockerfile: `RUN ${uv}`, 'setup.sh': 'pip install -r requirements.txt' }, 'pip setup.sh:1'],
  ])('%s', async (_, files, found) => {
    expect(await asked(files)).toBe(found)
  })

  test('one in a folder above, up to the top of the repository', async () => {
    const root = repositoryWith({ Makefile: `x:\n\t${uv}`, 'inner/.git': '', 'inner/x': '', 'api/x': '' })
    expect(await detectInstaller(join(root, 'api'), '', join(root, 'api'))).toEqual({
      installer: 'uv',
      source: '../Makefile:2',
      compiles: false,
    })
    expect(await detectInstaller(join(root, 'inner'))).toBeUndefined()
  })
})

describe('whether bytecode is written', () => {
  const uv = 'uv pip install -r requirements.txt'
  test.each<[id: string, script: string, compiles: boolean]>([
    ['pip', 'RUN pip install -r requirements.txt', true],
    ['pip told not to', 'RUN pip install --no-compile -r requirements.txt', false],
    ['pip told not to by a variable', 'ENV PIP_NO_COMPILE=1\nRUN pip install -r requirements.txt', false],
    ['pip, whatever what runs later does', 'ENV PYTHONDONTWRITEBYTECODE=1\nRUN pip install -r requirements.txt', true],
    ['uv', `RUN ${uv}`, false],
    ['uv told to', 'RUN uv pip install --compile-bytecode -r requirements.txt', true],
    ['uv told to by a variable', `ENV UV_COMPILE_BYTECODE=1\nRUN ${uv}`, true],
    ['uv told not to by a variable', `ENV UV_COMPILE_BYTECODE=0\nRUN ${uv}`, false],
  ])('%s', async (_, Dockerfile, compiles) => {
    expect((await detectInstaller(repositoryWith({ Dockerfile })))?.compiles).toBe(compiles)
  })
})

describe('the header of uv', () => {
  const header = '# This file was autogenerated by uv via the following command:\n#    uv pip compile requirements.in\n'
  test('says uv where no command does', async () => {
    expect(await asked({}, header)).toBe('uv its header')
  })

  test('says nothing against a command of pip', async () => {
    expect(await asked({ Dockerfile: 'RUN pip install -r requirements.txt' }, header)).toBe('pip Dockerfile:1')
  })

  test("pip-compile's says nothing", async () => {
    expect(await asked({}, '# This file is autogenerated by pip-compile with Python 3.11\n')).toBeUndefined()
  })
})
