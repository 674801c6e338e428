import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandIn } from '../loopback/in-process.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { folderWith } from '../workspace/temporary.ts'

const init = (cwd: string, ...args: readonly string[]) => commandIn(cwd)(cwd, ['docker', 'init', ...args])

const project = () =>
  join(
    folderWith({
      'shop/.python-version': '3.12\n',
      'shop/requirements.txt': 'fastapi[standard]\nlightgbm\ntorch\n',
      'shop/app/main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
    }),
    'shop',
  )

describe('torchpin docker init', () => {
  test('writes both files and says what it read, what it asks and what comes next', async () => {
    const folder = project()
    const { code, stdout, stderr } = await torchpinIn(folder)(folder, ['docker', 'init'])
    expect(code).toBe(0)
    expect(stderr).toBe(
      'note: requirements.txt does not keep CUDA builds of torch out (requirements.txt:3: torch is not pinned to a CPU build); run torchpin rewrite requirements.txt, after which the plain install is enough\n',
    )
    expect(stdout).toMatchInlineSnapshot(`
      "Python 3.12        (.python-version:1)
      installs with pip  (requirements.txt)
      starts with uvicorn app.main:app --host 0.0.0.0 --port 8000  (app/main.py:3)
      needs libgomp1     (lightgbm, requirements.txt:2)

      Dockerfile:11: warning[init-torch-not-cpu-only]: requirements.txt does not keep CUDA builds of torch out (requirements.txt:3: torch is not pinned to a CPU build)
        hint: run torchpin rewrite requirements.txt, after which the plain install is enough

      Dockerfile → written
      .dockerignore → written

      Next:
        torchpin docker check Dockerfile
        docker build -t shop .
        docker save shop | torchpin audit -
        docker run --rm -p 8000:8000 shop
      "
    `)
    expect(readdirSync(folder).sort()).toEqual([
      '.dockerignore',
      '.python-version',
      'Dockerfile',
      'app',
      'requirements.txt',
    ])
  })

  test('both there: exit code 2, nothing changed', async () => {
    const folder = folderWith({ Dockerfile: 'FROM scratch\n', '.dockerignore': '', 'main.py': '' })
    const { code, stdout, stderr } = await init(folder)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('error[FILE_UNWRITABLE]: Dockerfile and .dockerignore are there already')
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n')
  })

  test('--dry-run writes nothing, and prints what git applies', async () => {
    const folder = project()
    const dry = await init(folder, '--dry-run', '--quiet')
    expect(dry.code).toBe(0)
    expect(readdirSync(folder)).not.toContain('Dockerfile')
    execFileSync('git', ['apply', '-'], { cwd: folder, input: dry.stdout })
    const applied = ['Dockerfile', '.dockerignore'].map(name => readFileSync(join(folder, name), 'utf8'))
    await init(folder, '--force')
    expect(['Dockerfile', '.dockerignore'].map(name => readFileSync(join(folder, name), 'utf8'))).toEqual(applied)
  })

  test('--format json', async () => {
    const { code, stdout } = await init(project(), '--format', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      version: expect.any(String),
      folder: '.',
      recognised: expect.arrayContaining([{ what: 'Python', value: '3.12', source: '.python-version:1' }]),
      files: [
        { path: 'Dockerfile', action: 'write' },
        { path: '.dockerignore', action: 'write' },
      ],
      findings: [{ path: 'Dockerfile', code: 'init-torch-not-cpu-only', level: 'warning', line: expect.any(Number) }],
      next: expect.arrayContaining(['torchpin docker check Dockerfile']),
    })
  })

  test.each([
    ['--base', 'alpine'],
    ['--port', 'http'],
    ['--installer', 'conda'],
    ['--python', '3'],
  ])('%s %s: exit code 2', async (flag, value) => {
    expect((await init(project(), flag, value)).code).toBe(2)
  })
})
