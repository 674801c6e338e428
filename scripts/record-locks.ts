// Has uv and Poetry lock the projects of fixtures/locks and keeps what they install by each of the locks:
// node scripts/run.js scripts/record-locks.ts [case…]
// with uv on PATH, a Python 3.11 for it that has packaging, and Poetry with its export plugin.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentFor, type Platform, platforms } from '../src/packaging/target.ts'
import { parseWheelFilename } from '../src/packaging/wheel.ts'
import { serveIndexes } from '../test/loopback/indexes.ts'
import { lockCpuWorld, lockMainWorld, lockPort } from '../test/loopback/lock-world.ts'

/** uv's names of the platforms. */
const uvPlatforms: Readonly<Record<Platform, string>> = {
  'linux-x86_64': 'x86_64-unknown-linux-gnu',
  'linux-aarch64': 'aarch64-unknown-linux-gnu',
  'windows-x86_64': 'x86_64-pc-windows-msvc',
  'macos-arm64': 'aarch64-apple-darwin',
}

/** Cases of fixtures/locks/uv that uv exports as a pylock.toml too. */
const exported = ['direct', 'explicit-index', 'source-of-linux', 'other-sources']

/** A `uv sync` or `poetry export` whose answer is kept. */
interface Run {
  readonly options: readonly string[]
  readonly selection: unknown
}

/** Python: the versions that a requirements file has on a platform. */
const evaluate = `
import json, sys
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
lines = [Requirement(line) for line in sys.argv[1].splitlines() if line and line[0] not in "-#"]
environment = json.loads(sys.argv[2])
print(json.dumps({canonicalize_name(r.name): str(r.specifier)[2:] for r in lines if not r.marker or r.marker.evaluate(environment)}))
`

const folder = 'fixtures/locks'
const asked = process.argv.slice(2)
const indexes = await serveIndexes(lockCpuWorld, lockMainWorld, lockPort)
const cache = mkdtempSync(join(tmpdir(), 'lock-cache-'))
const environment = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  UV_DEFAULT_INDEX: indexes.main,
  UV_CACHE_DIR: join(cache, 'uv'),
  POETRY_CACHE_DIR: join(cache, 'poetry'),
}
try {
  for (const name of casesOf('uv')) await inCopy(join(folder, 'uv', name), recordUv)
  for (const name of casesOf('poetry')) await inCopy(join(folder, 'poetry', name), recordPoetry)
  console.log(`${await told(cache, 'uv', ['--version'])}, ${await told(cache, 'poetry', ['--version'])}`)
} finally {
  rmSync(cache, { recursive: true })
  await indexes.close()
}

function casesOf(tool: string): string[] {
  return readdirSync(join(folder, tool)).filter(name => asked.length === 0 || asked.includes(name))
}

async function inCopy(source: string, record: (source: string, work: string) => Promise<void>): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'record-locks-'))
  cpSync(source, work, { recursive: true })
  await record(source, work)
  rmSync(work, { recursive: true })
}

async function recordUv(source: string, work: string): Promise<void> {
  const script = existsSync(join(work, 'job.py')) ? ['--script', 'job.py'] : []
  await told(work, 'uv', ['lock', '--python', '3.11', ...script])
  const installed = await answers(source, async (options, platform) =>
    installedByUv(
      await told(work, 'uv', [
        ...['sync', '--dry-run', '--frozen', '--python', '3.11', '--python-platform', uvPlatforms[platform]],
        ...[...script, ...options],
      ]),
    ),
  )
  const lock = script.length > 0 ? 'job.py.lock' : 'uv.lock'
  cpSync(join(work, lock), join(source, lock))
  const name = source.slice(source.lastIndexOf('/') + 1)
  if (!exported.includes(name)) return
  const beside = join(folder, 'pylock', name)
  mkdirSync(beside, { recursive: true })
  await told(work, 'uv', ['export', '--frozen', '--no-emit-project', '-q', '-o', 'pylock.toml'])
  cpSync(join(work, 'pylock.toml'), join(beside, 'pylock.toml'))
  writeFileSync(join(beside, 'installed.json'), installed)
}

/** What an export has, held against the markers by packaging. */
async function recordPoetry(source: string, work: string): Promise<void> {
  await told(work, 'poetry', ['lock', '--no-interaction'])
  await answers(source, async (options, platform) => {
    await told(work, 'poetry', ['export', '--without-hashes', '--without-urls', '-o', 'requirements.txt', ...options])
    const lines = readFileSync(join(work, 'requirements.txt'), 'utf8')
    const environment = JSON.stringify(environmentFor({ python: '3.11', platform }))
    return JSON.parse(await told(work, 'python3', ['-c', evaluate, lines, environment])) as Record<string, string>
  })
  cpSync(join(work, 'poetry.lock'), join(source, 'poetry.lock'))
}

/** Asks for each run and platform, and keeps the answers. @returns them as they are written */
async function answers(
  source: string,
  ask: (options: readonly string[], platform: Platform) => Promise<Record<string, string> | string>,
): Promise<string> {
  const installed = []
  for (const { options, selection } of JSON.parse(readFileSync(join(source, 'runs.json'), 'utf8')) as Run[])
    for (const platform of platforms)
      installed.push({ options, selection, platform, installed: await ask(options, platform) })
  const text = `${JSON.stringify(installed, null, 2)}\n`
  writeFileSync(join(source, 'installed.json'), text)
  return text
}

/**
 * What ` + torch==2.13.0+cpu` and ` + torch @ https://…/torch-2.13.0-….whl` say, without projects that are folders of the case;
 * uv tells why it refuses in one line.
 */
function installedByUv(text: string): Record<string, string> | string {
  const refusal = /^error: .*/m.exec(text)?.[0]
  if (refusal !== undefined) return refusal
  const versions = [...text.matchAll(/^ \+ ([^=\s]+)==(\S+)$/gm)].map(([, name, version]) => [name, version])
  const wheels = [...text.matchAll(/^ \+ (\S+) @ http\S+\/(\S+\.whl)$/gm)]
  return Object.fromEntries([
    ...versions,
    ...wheels.map(([, name, file]) => [name, parseWheelFilename(file!)!.version.text]),
  ])
}

/** What a program prints. A `uv sync` may refuse. */
async function told(cwd: string, program: string, options: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...options], { cwd, env: environment })
    let text = ''
    const take = (data: Buffer) => {
      text += data
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', reject)
    child.on('close', code =>
      code === 0 || options[0] === 'sync'
        ? resolve(text.trim())
        : reject(new Error(`${program} ${options.slice(0, 8).join(' ')}: ${text}`)),
    )
  })
}
