import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { imageTar } from './audit/make-image.ts'
import { baseImage, cpuTorch, cudaTorch } from './audit/packages.ts'
import { commandIn } from './loopback/in-process.ts'
import { sandbox } from './sandbox.ts'

/**
 * Every command of the table in the README is run as it stands there, in a folder with a small service.
 * `docker` and `pip` are stand-ins: one gives an image that was made here, the other says what pip says. Settings in
 * torchpin.toml have the snapshot answer for the indexes.
 */
const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8')
const [table = ''] = /\| step \| command \|\n(?:\|.*\|\n)+/.exec(readme) ?? []
const rows = table
  .split('\n')
  .slice(2, -1)
  .map(row => {
    const [step, commands] = row.slice(1, -1).split(/(?<!\\)\|/)
    return {
      step: step!.trim(),
      commands: [...commands!.matchAll(/`([^`]+)`/g)].map(([, text]) => text!.replaceAll('\\|', '|')),
    }
  })

const { temporary } = sandbox()

const pipSays = `ERROR: Could not find a version that satisfies the requirement torch==2.1.0+cpu (from versions: 2.13.0, 2.14.0)
ERROR: No matching distribution found for torch==2.1.0+cpu`

const service: Readonly<Record<string, string>> = {
  'torchpin.toml': 'offline = true\n',
  '.python-version': '3.12\n',
  'requirements.txt': 'torch>=2.0.0\nfastapi\nuvicorn\n',
  'main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n',
}

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly cwd: string
}

/** Makes a folder with the service, and stand-ins for `docker` and `pip`. @param more files besides */
function serviceWith(more: Readonly<Record<string, string>>, image: typeof cpuTorch): { cwd: string; bin: string } {
  const cwd = mkdtempSync(join(temporary, 'run-'))
  const site = '.venv/lib/python3.12/site-packages'
  const venv = cpuTorch(site).flatMap(({ path, data }) => (data === undefined ? [] : [[path, data] as const]))
  for (const [path, data] of [...Object.entries({ ...service, ...more }), ['.venv/pyvenv.cfg', ''] as const, ...venv]) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), typeof data === 'number' ? Buffer.alloc(data) : data)
  }
  const layer = image('usr/local/lib/python3.12/site-packages')
  writeFileSync(join(cwd, '.image.tar'), imageTar({ layers: [[...baseImage, ...layer]] }, 'docker-new'))
  const bin = join(cwd, '.bin')
  mkdirSync(bin)
  symlinkSync(resolve(import.meta.dirname, '../bin/torchpin.js'), join(bin, 'torchpin'))
  for (const [name, text] of [
    ['docker', `[ "$1" = save ] && [ "$2" = app ] && exec cat '${join(cwd, '.image.tar')}'`],
    ['pip', `cat >&2 <<'END'\n${pipSays}\nEND\nexit 1`],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return { cwd, bin }
}

/** Runs a line as it stands there: by a shell, or where it is torchpin alone, within this process. @param more files besides */
const run = (command: string, more?: Readonly<Record<string, string>>, image = cpuTorch): Promise<Ran> =>
  /^torchpin [^|&>'"$]*$/.test(command) ? inProcess(command, more) : byShell(command, more, image)

/** Runs a line of shell where the service is. */
function byShell(command: string, more: Readonly<Record<string, string>> = {}, image = cpuTorch): Promise<Ran> {
  const { cwd, bin } = serviceWith(more, image)
  const path = `${bin}:${dirname(process.execPath)}:${process.env['PATH']}`
  const env = {
    PATH: path,
    HOME: temporary,
    PIP_CONFIG_FILE: '/dev/null',
    TORCHPIN_CACHE_DIR: join(temporary, 'cache'),
  }
  return new Promise(done =>
    execFile('bash', ['-c', command], { cwd, env }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout: stdout + stderr, cwd }),
    ),
  )
}

/** The same, without the start of a shell and a Node. */
async function inProcess(command: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const { cwd } = serviceWith(more, cpuTorch)
  const { code, stdout, stderr } = await commandIn(temporary)(cwd, command.split(' ').slice(1))
  return { code: code ?? 0, stdout: stdout + stderr, cwd }
}

const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8')

/** What each command of the README has to do, by the command. */
const proofs: Readonly<Record<string, () => Promise<void>>> = {
  'torchpin rewrite requirements.txt': async () => {
    const { code, cwd } = await byShell('torchpin rewrite requirements.txt')
    expect(code).toBe(0)
    expect(read(cwd, 'requirements.txt')).toMatch(
      /^--extra-index-url https:\/\/\S+\/whl\/cpu\ntorch==[\d.]+\+cpu\nfastapi\n/,
    )
  },
  'torchpin rewrite pyproject.toml': async () => {
    const project = '[project]\nname = "app"\nversion = "0.1.0"\ndependencies = ["torch>=2.0.0", "fastapi"]\n'
    const { code, cwd } = await run('torchpin rewrite pyproject.toml', { 'pyproject.toml': project })
    expect(code).toBe(0)
    expect(read(cwd, 'pyproject.toml')).toMatch(/\n\[tool\.uv\.sources\]\ntorch = \{ index = "pytorch-cpu" \}\n$/)
    expect(read(cwd, 'pyproject.toml')).toMatch(/^url = "https:\/\/\S+\/whl\/cpu"\nexplicit = true$/m)
  },
  'torchpin docker init': async () => {
    const { code, cwd } = await run('torchpin docker init')
    expect(code).toBe(0)
    expect(read(cwd, 'Dockerfile').match(/^FROM /gm)).toHaveLength(2)
    expect(read(cwd, 'Dockerfile')).toContain('CMD ["uvicorn", "main:app"')
    expect(read(cwd, '.dockerignore')).toMatch(/^\*\*\/\.venv$/m)
  },
  'torchpin docker check --fix': async () => {
    const dockerfile = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n'
    const { code, cwd, stdout } = await run('torchpin docker check --fix', {
      Dockerfile: dockerfile,
      '.dockerignore': '__pycache__\n',
    })
    expect(code).toBe(1)
    expect(stdout).toContain('Dockerfile:4:9: error[torch-without-cpu-index]: ')
    expect(read(cwd, '.dockerignore')).toMatch(/^\*\*\/__pycache__$/m)
    expect(read(cwd, '.dockerignore')).toMatch(/^\.git$/m)
  },
  'torchpin rewrite --pin all requirements.txt': async () => {
    const { cwd } = await run('torchpin rewrite --pin all requirements.txt')
    expect(read(cwd, 'requirements.txt')).toMatch(/\nfastapi==[\d.]+\nuvicorn==[\d.]+\n$/)
  },
  'torchpin audit .venv': async () => {
    expect(await run('torchpin audit .venv')).toMatchObject({ code: 0 })
  },
  'docker save app | torchpin audit -': async () => {
    expect(await run('docker save app | torchpin audit -')).toMatchObject({ code: 0 })
    const found = await run('docker save app | torchpin audit -', {}, cudaTorch)
    expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('nvidia-cublas') })
  },
  'torchpin versions torch --python 3.12': async () => {
    const { code, stdout } = await run('torchpin versions torch --python 3.12')
    expect(code).toBe(0)
    expect(stdout).toMatch(/\n {2}2\.13\.0\+cpu .* 0\.28\.0 +2\.11\.0/)
  },
  'torchpin check --max-download 800MB requirements.txt': async () => {
    const found = await run('torchpin check --max-download 800MB requirements.txt')
    expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('error[over-budget]: ') })
    const clean = '--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.13.0+cpu\n'
    expect(
      await run('torchpin check --max-download 800MB requirements.txt', { 'requirements.txt': clean }),
    ).toMatchObject({ code: 0 })
  },
  'docker save app | torchpin audit --max-size 2.5GB -': async () => {
    expect(await run('docker save app | torchpin audit --max-size 2.5GB -')).toMatchObject({ code: 0 })
    expect(await run('docker save app | torchpin audit --max-size 2.5kB -')).toMatchObject({ code: 1 })
  },
  'pip install -r requirements.txt 2>&1 | torchpin explain -': async () => {
    const { code, stdout } = await run('pip install -r requirements.txt 2>&1 | torchpin explain -')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^no-matching-distribution /)
  },
}

describe("the guide's eight rows", () => {
  test('there are eight, and each command of theirs is proved below', () => {
    expect(rows.map(({ step }) => step)).toEqual([
      'CPU-only torch',
      'multi-stage build',
      '.dockerignore',
      'pinning',
      'verification',
      'compatibility check',
      'size limits in CI',
      'troubleshooting',
    ])
    expect(rows.flatMap(({ commands }) => commands)).toEqual(Object.keys(proofs))
  })

  test.each(rows.flatMap(({ step, commands }) => commands.map(command => ({ step, command }))))(
    '$step: $command',
    async ({ command }) => {
      await proofs[command]!()
    },
  )
})

/** What the guide gets wrong must not come back by way of torchpin. */
describe("the guide's mistakes", () => {
  test('the size limit can fail: it is a number of bytes, held to the byte', async () => {
    const { stdout } = await run('docker save app | torchpin audit --format json -')
    const { bytes } = JSON.parse(stdout).shipped
    expect(await run(`docker save app | torchpin audit --max-size ${bytes}B -`)).toMatchObject({ code: 0 })
    expect(await run(`docker save app | torchpin audit --max-size ${bytes - 1}B -`)).toMatchObject({ code: 1 })
  })

  test('torch_stable.html is replaced, not written', async () => {
    const old = '-f https://download.pytorch.org/whl/cpu/torch_stable.html\ntorch==2.13.0+cpu\n'
    const { cwd } = await run('torchpin rewrite requirements.txt', { 'requirements.txt': old })
    expect(read(cwd, 'requirements.txt')).not.toContain('torch_stable')
    expect(read(cwd, 'requirements.txt')).toMatch(/^--extra-index-url /m)
  })

  test('torch 2.1.0 on Python 3.12 is refused with the reason', async () => {
    const { code, stdout } = await run('torchpin rewrite requirements.txt', {
      'requirements.txt': 'torch==2.1.0\n',
    })
    // A snapshot alone does not prove that there is none: with the index asked it is 3.
    expect(code).toBe(4)
    expect(stdout).toMatch(/torch 2\.1\.0 for Python 3\.8 to 3\.11/)
  })

  test('libgomp1 is installed for what needs it, and torch does not', async () => {
    const plain = await run('torchpin docker init')
    expect(read(plain.cwd, 'Dockerfile')).not.toContain('libgomp1')
    const boosted = await run('torchpin docker init', {
      'requirements.txt': 'torch\nlightgbm\nfastapi\nuvicorn\n',
    })
    expect(read(boosted.cwd, 'Dockerfile')).toMatch(/apt-get update[\s\S]*apt-get install -y .*libgomp1/)
  })
})
