import { spawnSync } from 'node:child_process'
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandIn } from '../loopback/in-process.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { folderWith } from '../workspace/temporary.ts'

const files = {
  'repository/.git/HEAD': 'ref: refs/heads/main\n',
  'repository/.git/config': '[core]\n',
  'repository/torchpin.toml': 'offline = true\npython = "3.12"\nsizes = false\n',
  'repository/pyproject.toml': '[project]\nname = "app"\n',
  'repository/requirements.txt': '-r sub/base.txt\nsix==1.17.0\n',
  'repository/sub/base.txt': 'six==1.17.0\n',
  'repository/Dockerfile': 'FROM python:3.12-slim\nUSER 1000\n',
  'repository/.dockerignore': '.git\n',
  'repository/.gitignore': 'dist\n',
  'repository/.python-version': '3.12\n',
  'repository/old.json': 'a report of last week',
  'outside/important.json': 'important',
}

const check = ['check', 'requirements.txt']
const docker = ['docker', 'check']

/** A report that is refused: what is asked, and what is laid out before. */
const refused: Readonly<
  Record<string, { command?: readonly string[]; output: string; before?: (root: string) => void; code?: string }>
> = {
  'the file itself': { output: 'requirements.txt' },
  'a file that it includes': { output: 'sub/base.txt' },
  'a file of the run, by a roundabout way': { output: './sub/../sub/base.txt' },
  'a file of the run, in capitals': { output: 'REQUIREMENTS.TXT' },
  'the settings': { output: 'torchpin.toml' },
  'settings that are not there': { command: docker, output: 'uv.toml' },
  'pyproject.toml': { output: 'pyproject.toml' },
  'a Dockerfile': { command: docker, output: 'Dockerfile' },
  'a Dockerfile that the command does not read': { output: 'Dockerfile' },
  'a Dockerfile by a roundabout way': { command: docker, output: 'sub/../Dockerfile' },
  'an ignore file': { command: docker, output: '.dockerignore' },
  'what git ignores': { output: '.gitignore' },
  'which Python': { output: '.python-version' },
  'requirements of another folder': { command: docker, output: 'sub/requirements-dev.txt' },
  'the settings of git': { output: '.git/config' },
  'a hook of git': { output: '.git/hooks/post-checkout' },
  'code of the application': { output: 'conftest.py' },
  'a hard link to the requirements': {
    output: 'report.json',
    before: root => linkSync(join(root, 'repository/requirements.txt'), join(root, 'repository/report.json')),
  },
  'a link to the requirements': {
    output: 'report.json',
    before: root => symlinkSync('requirements.txt', join(root, 'repository/report.json')),
  },
  'a link out of the repository': {
    output: 'report.json',
    before: root => symlinkSync('../outside/important.json', join(root, 'repository/report.json')),
    code: 'FILE_OUTSIDE',
  },
  'a pipe that nobody reads': {
    output: 'report.json',
    before: root => void spawnSync('sh', ['-c', 'mkfifo "$0"', join(root, 'repository/report.json')]),
  },
  'a link to a device': {
    output: 'report.json',
    before: root => symlinkSync('/dev/full', join(root, 'repository/report.json')),
    code: 'FILE_OUTSIDE',
  },
  'a folder': { output: 'report.json', before: root => mkdirSync(join(root, 'repository/report.json')) },
}

/** Every file of the world, and what is in it. */
function contents(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    paths.map(path => [path, lstatSync(join(root, path)).isFile() ? readFileSync(join(root, path), 'utf8') : '']),
  )
}

describe('a report takes the place of nothing but a report', () => {
  test.each(Object.entries(refused))('refused: %s', async (_, { command = check, output, before, code }) => {
    const root = folderWith(files)
    before?.(root)
    const was = contents(root)
    const cwd = join(root, 'repository')
    const ended = await commandIn(folderWith({}))(cwd, [...command, '--output', `json=${output}`])
    expect(ended.stderr).toContain(`error[${code ?? 'BAD_OPTION'}]: --output would `)
    expect(ended.code).toBe(2)
    expect(contents(root)).toEqual(was)
  })

  test('a file of its name is replaced, and keeps its mode', async () => {
    const cwd = join(folderWith(files), 'repository')
    const ended = await commandIn(folderWith({}))(cwd, [
      ...check,
      '--output',
      'json=old.json',
      '--output',
      'markdown=new.md',
    ])
    expect(ended.code).toBe(0)
    expect(JSON.parse(readFileSync(join(cwd, 'old.json'), 'utf8'))).toMatchObject({ schema: 1 })
    expect(readdirSync(cwd).filter(name => name.endsWith('.torchpin'))).toEqual([])
  })

  test('another name of the file that is replaced keeps what it had', async () => {
    const root = folderWith(files)
    const cwd = join(root, 'repository')
    linkSync(join(root, 'outside/important.json'), join(cwd, 'report.json'))
    expect((await commandIn(folderWith({}))(cwd, [...check, '--output', 'json=report.json'])).code).toBe(0)
    expect(readFileSync(join(root, 'outside/important.json'), 'utf8')).toBe('important')
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ schema: 1 })
  })

  test('a link within the repository is replaced, and not followed', async () => {
    const cwd = join(folderWith({ ...files, 'repository/app.js': 'code' }), 'repository')
    symlinkSync('app.js', join(cwd, 'report.json'))
    expect((await commandIn(folderWith({}))(cwd, [...check, '--output', 'json=report.json'])).code).toBe(0)
    expect(readFileSync(join(cwd, 'app.js'), 'utf8')).toBe('code')
    expect(lstatSync(join(cwd, 'report.json')).isFile()).toBe(true)
  })

  test.each(['/dev/stdout', '/dev/stderr', '/dev/fd/1'])('%s is written as it is', async stream => {
    const cwd = join(folderWith(files), 'repository')
    const { stdout, stderr } = await torchpinIn(folderWith({}))(cwd, [...check, '--output', `json=${stream}`])
    expect(stdout + stderr).toContain('"schema": 1')
  })
})
