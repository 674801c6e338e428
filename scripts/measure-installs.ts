/**
 * Installs stacks with real pip and real uv, and holds what lies on the disk against what torchpin tells:
 *
 *   TORCHPIN_PYTHON=python3.11 TORCHPIN_UV=uv node scripts/run.js scripts/measure-installs.ts
 *
 * pip writes bytecode, uv does not: the sum is an estimate within 2 %, what is unpacked is told to 0.1 %. Exits with 1 where
 * one is further off. Needs the public index and some hundred megabytes.
 */
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rewrite } from '../src/rewrite/rewrite.ts'

const stacks: Readonly<Record<string, readonly string[]>> = {
  web: ['flask', 'sqlalchemy', 'pandas'],
  learning: ['scikit-learn', 'matplotlib'],
  language: ['transformers', 'sentencepiece'],
}
const python = process.env['TORCHPIN_PYTHON'] ?? 'python3'
const uv = process.env['TORCHPIN_UV'] ?? 'uv'
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PIP_CONFIG_FILE: '/dev/null',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
}
delete environment['PIP_FIND_LINKS']
const version = run(python, '-c', 'import platform; print(platform.python_version())').trim()

console.log(`Python ${version}\nstack | installer | told | measured | off by`)
for (const [name, requirements] of Object.entries(stacks)) {
  const folder = mkdtempSync(join(tmpdir(), 'torchpin-installs-'))
  try {
    const file = join(folder, 'requirements.txt')
    writeFileSync(file, requirements.map(line => `${line}\n`).join(''))
    const { savings } = (await rewrite([file], { cwd: folder, python: [version] })).result
    const { installed, bytecode } = savings!.after
    hold(name, 'pip', installed + bytecode!.bytes, grown(folder, 'pip', file), 0.02)
    hold(name, 'uv', installed, grown(folder, 'uv', file), 0.001)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function hold(stack: string, installer: string, told: number, measured: number, most: number): void {
  const off = told / measured - 1
  console.log(`${stack} | ${installer} | ${told} | ${measured} | ${(off * 100).toFixed(2)} %`)
  if (Math.abs(off) > most) process.exitCode = 1
}

/** Bytes by which an environment grows when the file is installed into it. */
function grown(folder: string, installer: 'pip' | 'uv', file: string): number {
  const environment = join(folder, installer)
  run(python, '-m', 'venv', environment)
  const before = bytesIn(environment)
  const own = join(environment, 'bin', 'python')
  if (installer === 'pip') run(own, '-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '-r', file)
  else run(uv, 'pip', 'install', '--quiet', '--only-binary=:all:', '--link-mode=copy', '--python', own, '-r', file)
  return bytesIn(environment) - before
}

/** Of files; a folder has no bytes of its own that any index could tell. */
function bytesIn(path: string): number {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0)
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { env: environment, encoding: 'utf8' })
}
