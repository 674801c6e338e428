import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandIn } from './loopback/in-process.ts'
import { folderWith } from './workspace/temporary.ts'

const requirements = 'torch==2.13.0\n'
const dockerfile = 'FROM python:3.12-slim\nRUN pip install torch==2.13.0\n'
const settings = {
  'repository/.git/HEAD': '',
  'repository/torchpin.toml': 'offline = true\npython = "3.11"\nsizes = false\n',
}

/** A link in a repository, and a command that would write where it leads. */
const attacks: Readonly<
  Record<string, { readonly link: string; readonly to: string; readonly args: readonly string[] }>
> = {
  'rewrite of a link': { link: 'requirements.txt', to: '../outside/a.txt', args: ['rewrite', 'requirements.txt'] },
  'rewrite of a link in a folder': {
    link: 'requirements.txt',
    to: '../outside',
    args: ['rewrite', 'requirements.txt/a.txt'],
  },
  'rewrite of an include': { link: 'base.txt', to: '../outside/a.txt', args: ['rewrite', 'main.txt'] },
  'rewrite of a chain of links': {
    link: 'requirements.txt',
    to: '../outside/link.txt',
    args: ['rewrite', 'requirements.txt'],
  },
  'docker check --fix': { link: 'Dockerfile', to: '../outside/Dockerfile', args: ['docker', 'check', '--fix'] },
  'docker check --fix of a name': {
    link: 'a.Dockerfile',
    to: '../outside/Dockerfile',
    args: ['docker', 'check', '--fix', 'a.Dockerfile'],
  },
  'docker check --fix of an ignore file': {
    link: '.dockerignore',
    to: '../outside/ignore',
    args: ['docker', 'check', '--fix', 'plain.Dockerfile'],
  },
  'docker init --force': { link: 'Dockerfile', to: '../outside/Dockerfile', args: ['docker', 'init', '--force'] },
  'docker init --force of an ignore file': {
    link: '.dockerignore',
    to: '../outside/ignore',
    args: ['docker', 'init', '--force'],
  },
}

describe('a link does not lead a command to write outside of the repository', () => {
  test.each(Object.entries(attacks))('%s', async (_, { link, to, args }) => {
    const root = folderWith({
      ...settings,
      'repository/main.txt': '-r base.txt\n',
      'repository/plain.Dockerfile': dockerfile,
      'outside/a.txt': requirements,
      'outside/Dockerfile': dockerfile,
      'outside/ignore': 'x\n',
    })
    symlinkSync('a.txt', join(root, 'outside/link.txt'))
    symlinkSync(to, join(root, 'repository', link))
    const { code, stderr } = await commandIn(folderWith({}))(join(root, 'repository'), args)
    expect(stderr).toContain('error[FILE_OUTSIDE]')
    expect(code).toBe(2)
    expect(readFileSync(join(root, 'outside/a.txt'), 'utf8')).toBe(requirements)
    expect(readFileSync(join(root, 'outside/Dockerfile'), 'utf8')).toBe(dockerfile)
    expect(readFileSync(join(root, 'outside/ignore'), 'utf8')).toBe('x\n')
    expect(readFileSync(join(root, 'repository/plain.Dockerfile'), 'utf8')).toBe(dockerfile)
    expect(readdirSync(join(root, 'outside')).sort()).toEqual(['Dockerfile', 'a.txt', 'ignore', 'link.txt'])
  })
})

describe('a link within the repository', () => {
  const world = () => {
    const root = folderWith({ ...settings, 'repository/deps/base.txt': requirements })
    symlinkSync('deps/base.txt', join(root, 'repository/requirements.txt'))
    return join(root, 'repository')
  }

  test('leads to the file, which is rewritten; it stays a link', async () => {
    const cwd = world()
    expect((await commandIn(folderWith({}))(cwd, ['rewrite', 'requirements.txt'])).code).toBe(0)
    expect(readFileSync(join(cwd, 'deps/base.txt'), 'utf8')).toContain('torch==2.13.0+cpu')
    expect(lstatSync(join(cwd, 'requirements.txt')).isSymbolicLink()).toBe(true)
  })

  test.runIf(spawnSync('git', ['--version']).status === 0)('has a patch that git applies', async () => {
    const cwd = world()
    const run = commandIn(folderWith({}))
    const { stdout } = await run(cwd, ['rewrite', '--dry-run', '--diff-only', 'requirements.txt'])
    expect(stdout).toContain('+++ b/deps/base.txt')
    expect(spawnSync('git', ['apply', '-'], { cwd, input: stdout }).status).toBe(0)
    expect(readFileSync(join(cwd, 'deps/base.txt'), 'utf8')).toContain('torch==2.13.0+cpu')
  })
})
