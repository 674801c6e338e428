import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detectPython } from '../../src/workspace/python.ts'
import { repositoryWith } from './temporary.ts'

describe('what a file says', () => {
  test.each<[id: string, name: string, contents: string | Uint8Array, python: string | undefined, line?: number]>([
    ['pyenv, several', '.python-version', '# main\npypy3.9-7.3.9\nmyenv\n3.11.4\n3.10.2\n', '3.11.4', 4],
    ['uv, by implementation', '.python-version', 'cpython@3.12', '3.12', 1],
    ['pyenv, in development', '.python-version', '3.14-dev\r\n', '3.14', 1],
    ['a pre-release', '.python-version', '3.13.0rc2\n', '3.13', 1],
    ['as PowerShell writes it', '.python-version', Buffer.from('\ufeff3.11\r\n', 'utf16le'), '3.11', 1],
    ['in UTF-8 with a mark', '.python-version', '\ufeff3.11\n', '3.11', 1],
    ['a major version', '.python-version', '3\n', undefined],
    ['the system', '.python-version', 'system\n', undefined],
    ['a lower bound', '.python-version', '>=3.11\n', undefined],
    ['bytes', '.python-version', Uint8Array.of(0xff, 0xfe, 0x00), undefined],
    ['Heroku', 'runtime.txt', ' python-3.11.9 \n', '3.11.9', 1],
    ['of another language', 'runtime.txt', 'nodejs-20\n3.11\n', undefined],
    ['asdf, with fallbacks', '.tool-versions', 'nodejs 3.12.1\npython system 3.11.4 3.10.2 # why\n', '3.11.4', 2],
    ['asdf, the latest of a series', '.tool-versions', 'python latest:3.11\n', '3.11', 1],
    ['asdf, the latest', '.tool-versions', 'python latest\n', undefined],
    ['a standard project', 'pyproject.toml', '[project]\nname = "x"\nrequires-python = "==3.11.*"\n', '3.11', 3],
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
    ['a variant of a Dockerfile', 'Dockerfile.cpu', 'FROM python:3.11\n', '3.11', 1],
    ['a variant, named the other way', 'api.Dockerfile', 'FROM python:3.11\n', '3.11', 1],
    ['a Containerfile', 'Containerfile', 'FROM python:3.11\n', '3.11', 1],
    ['what a Dockerfile leaves out', 'Dockerfile.dockerignore', 'FROM python:3.11\n', undefined],
    ['a folder', 'Dockerfile/x', 'FROM python:3.11\n', undefined],
  ])('%s: %s', async (_, name, contents, python, line) => {
    const root = repositoryWith({ [name]: contents })
    const source = line === undefined ? name : `${name}:${line}`
    expect(await detectPython(root, root)).toEqual(python === undefined ? undefined : { python, source, folder: root })
  })
})

describe('which file goes first', () => {
  const everywhere = {
    Dockerfile: 'FROM python:3.8',
    'Dockerfile.a': 'FROM python:3.9',
    '.python-version': '3.10',
    'runtime.txt': 'python-3.11.1',
    '.tool-versions': 'python 3.12.1',
    'pyproject.toml': '[project]\nrequires-python = "==3.13.*"',
  }
  const order = Object.keys(everywhere)
  test.each(order.map((name, i) => [name, i] as const))('%s, of it and what comes after', async (name, i) => {
    const root = repositoryWith(Object.fromEntries(Object.entries(everywhere).slice(i)))
    expect((await detectPython(root, root))?.source).toMatch(new RegExp(`^${name}:`))
  })

  test('a folder before the one above it, and the source as seen from the current folder', async () => {
    const root = repositoryWith({ Dockerfile: 'FROM python:3.8', 'api/.python-version': '3.10', 'web/x': '' })
    expect(await detectPython(join(root, 'api'), root)).toEqual({
      python: '3.10',
      source: 'api/.python-version:1',
      folder: join(root, 'api'),
    })
    expect(await detectPython(join(root, 'web'), join(root, 'web'))).toEqual({
      python: '3.8',
      source: '../Dockerfile:1',
      folder: root,
    })
  })

  test('a folder that is not there has folders above it all the same', async () => {
    const root = repositoryWith({ '.python-version': '3.10' })
    expect((await detectPython(join(root, 'no/such'), root))?.python).toBe('3.10')
  })

  test.skipIf(process.platform === 'win32')('a named pipe is not waited for', async () => {
    const root = repositoryWith({ '.python-version': '3.10' })
    execFileSync('sh', ['-c', 'mkfifo Dockerfile'], { cwd: root })
    expect((await detectPython(root, root))?.python).toBe('3.10')
  })
})
