// Has the real uv and pip make the locks of fixtures/pylock, rewrites them with the built torchpin, and has both install what
// comes of it, against indexes of this machine: node scripts/run.js integrations/pylock/run.ts [--record] [names]
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serveProjectIndexes } from '../../test/loopback/uv-projects.ts'
import { conclude, holds } from '../claims.ts'
import { type Run, runner } from '../uv-projects/uv.ts'
import { type Case, lockText, placed, readCases, recorded } from './cases.ts'

const isRecording = process.argv.includes('--record')
const cases = readCases(process.argv.slice(2).filter(word => !word.startsWith('--')))
if (
  [
    ['uv', '--version'],
    ['pip', 'lock', '--help'],
  ].some(([program, ...words]) => spawnSync(program!, words).status !== 0)
) {
  console.log('skipped: there is no uv, or no pip that locks')
  process.exit(0)
}
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-pylock-')))
const indexes = await serveProjectIndexes()
const { origin } = new URL(indexes.main)
const run = runner(indexes, join(temporary, 'home'), {
  PIP_INDEX_URL: indexes.main,
  PIP_NO_CACHE_DIR: '1',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
})

/** Has its tool make the lock of a case; where there is none, takes the one that was written by hand. */
async function lockOf({ expected: { made }, ...one }: Case, folder: string): Promise<string> {
  if (!made) return lockText({ ...one, expected: { why: '' } }, 'before', origin)!
  const [program, ...words] = made
  if (words[0] === 'export') holds('uv locks', (await run('uv', ['lock', '-q'], folder)).stderr, '')
  const { code, stderr } = await run(program!, words, folder)
  holds(`${program} makes the lock`, code === 0 ? 'yes' : stderr, 'yes')
  const text = readFileSync(join(folder, 'pylock.toml'), 'utf8')
  // pip takes no byte order mark.
  return one.name === 'crlf' ? text.replaceAll('\n', '\r\n') : text
}

function copied({ name, folder }: Case): string {
  const to = join(temporary, name)
  mkdirSync(to)
  for (const path of readdirSync(folder).filter(path => /^(?:pyproject\.toml|requirements\.txt)$/.test(path))) {
    cpSync(join(folder, path), join(to, path))
    writeFileSync(join(to, path), placed(readFileSync(join(to, path), 'utf8'), origin))
  }
  return to
}

async function rewrite(folder: string, flags: readonly string[] = []) {
  const words = ['rewrite', '--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--format', 'json', ...flags]
  return run(process.execPath, [resolve('bin/torchpin.js'), ...words, 'pylock.toml'], folder)
}

/** `torch==2.13.0+cpu`, of what a program has put into an environment. */
function installedIn(environment: string): string[] {
  const [python] = readdirSync(join(environment, 'lib'))
  return readdirSync(join(environment, 'lib', python!, 'site-packages'))
    .flatMap(name => /^(.*)-(.*)\.dist-info$/.exec(name)?.slice(1, 3).join('==') ?? [])
    .map(name => name.replaceAll('_', '-'))
    .sort()
}

const installers: readonly (readonly [string, (run: Run, environment: string, folder: string) => ReturnType<Run>])[] = [
  [
    'pip install -r',
    (run, environment, folder) =>
      run(
        'pip',
        ['--python', join(environment, 'bin/python'), 'install', '-q', '--no-index', '-r', 'pylock.toml'],
        folder,
      ),
  ],
  [
    'uv pip sync',
    (run, environment, folder) =>
      run('uv', ['pip', 'sync', '-q', '-p', join(environment, 'bin/python'), 'pylock.toml'], folder),
  ],
  [
    'uv pip install -r',
    (run, environment, folder) =>
      run('uv', ['pip', 'install', '-q', '-p', join(environment, 'bin/python'), '-r', 'pylock.toml'], folder),
  ],
]

/** What each installer takes from the lock: CPU builds at their releases, and no CUDA but what stays. */
async function proveInstalls({ name, expected }: Case, folder: string) {
  const python = /==3\.12/.test(
    readdirSync(folder).includes('pyproject.toml') ? readFileSync(join(folder, 'pyproject.toml'), 'utf8') : '',
  )
    ? '3.12'
    : '3.11'
  for (const [what, install] of installers) {
    const environment = join(temporary, `${name}-${what.replaceAll(' ', '-')}`)
    const made = await run('uv', ['venv', '-q', '-p', python, environment], folder)
    if (made.code !== 0) {
      console.log(`  skipped: ${what}, as there is no Python ${python}`)
      continue
    }
    const { code, stderr } = await install(run, environment, folder)
    holds(`${what} takes it`, code === 0 ? 'yes' : stderr, 'yes')
    const installed = installedIn(environment)
    const family = installed.filter(one => /^torch/.test(one))
    holds(
      `${what}: CPU builds`,
      family,
      Object.entries(expected.releases ?? {}).map(([name, release]) => `${name}==${release}+cpu`),
    )
    const cuda = installed.filter(one => /^(?:nvidia-|cuda-|triton|.*-gpu)/.test(one)).map(one => one.split('==')[0]!)
    holds(`${what}: CUDA`, cuda, [...(expected.keeps ?? [])])
  }
}

/** Tries a case. A claim that does not hold is told, and the next one is looked at. */
async function tryCase(one: Case): Promise<void> {
  const { name, folder: fixture, expected } = one
  console.log(`\n${name}: ${expected.why}`)
  const folder = copied(one)
  const before = await lockOf(one, folder)
  const path = join(folder, 'pylock.toml')
  writeFileSync(path, before)
  if (isRecording) writeFileSync(join(fixture, 'before.toml'), recorded(before, origin))
  holds(
    'the lock is the one of the fixture',
    recorded(before, origin),
    lockText(one, 'before', 'https://index.example.org'),
  )
  const { code, stdout, stderr } = await rewrite(folder, expected.flags)
  holds('ends as expected', code, expected.exitCode ?? 0)
  const after = readFileSync(path, 'utf8')
  if (code !== 0) {
    console.log(`      ${stderr.trim()}`)
    holds('says why', stderr.includes(expected.message ?? ''), true)
    holds('leaves the lock as it is', after === before, true)
    return
  }
  const [file] = (JSON.parse(stdout) as { files: { diagnostics: { code: string; message: string }[] }[] }).files
  for (const { code, message } of file!.diagnostics) console.log(`      ${code}: ${message}`)
  if (isRecording) writeFileSync(join(fixture, 'after.toml'), recorded(after, origin))
  holds('writes what it should', recorded(after, origin), lockText(one, 'after', 'https://index.example.org'))
  holds('changes it', after === before, expected.unchanged ?? false)
  await rewrite(folder, expected.flags)
  holds('the second run changes nothing', readFileSync(path, 'utf8') === after, true)
  await proveInstalls(one, folder)
}

try {
  for (const one of cases) await tryCase(one).catch(error => holds('runs to its end', (error as Error).message, ''))
} finally {
  await indexes.close()
  rmSync(temporary, { recursive: true, force: true })
}
conclude()
