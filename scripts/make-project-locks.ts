// Writes the lock file of each project in fixtures/docker/projects, as uv or Poetry makes it against two indexes of this
// machine: node scripts/run.js scripts/make-project-locks.ts [names of folders]. It needs uv on the PATH, and takes Poetry
// from $POETRY. The hosts of the indexes are exchanged in what they wrote; the content-hash of a poetry.lock is the one
// before that. What changed is for whoever runs it to look at.
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DEFAULT_CPU_INDEX_URL } from '../src/contract/options.ts'
import { type IndexSpec, serveIndexes } from '../test/loopback/indexes.ts'

const linux = (python: string) => `cp3${python}-cp3${python}-manylinux_2_28_x86_64`
const mac = (python: string) => `cp3${python}-cp3${python}-macosx_14_0_arm64`
const tagsOf = (...platforms: readonly ((python: string) => string)[]) =>
  ['11', '12', '13'].flatMap(python => platforms.map(platform => platform(python)))
const pure = { tags: ['py3-none-any'] }
const cuda = ['nvidia-cublas==13.1.0 ; platform_system == "Linux"', 'triton==3.7.0 ; platform_system == "Linux"']
const plain = { filelock: { '3.20.0': pure }, 'typing-extensions': { '4.15.0': pure } }
const ofTorch = Object.keys(plain)

/** Releases of torch, and of the torchvision that goes with each. */
const pairs = { '2.5.1': '0.20.1', '2.12.0': '0.27.0', '2.13.0': '0.28.0', '2.15.0': '0.30.0' }
const family = (
  torches: readonly (keyof typeof pairs)[],
  label: string,
  tags: readonly string[],
  more: readonly string[],
): IndexSpec => ({
  torch: Object.fromEntries(torches.map(torch => [torch + label, { tags, requires: [...ofTorch, ...more] }])),
  torchvision: Object.fromEntries(
    torches.map(torch => [pairs[torch] + label, { tags, requires: [`torch==${torch}`, 'numpy'] }]),
  ),
})
const forLinux = family(['2.12.0', '2.13.0'], '+cpu', tagsOf(linux), [])
const forMac = family(['2.12.0', '2.13.0'], '', tagsOf(mac), [])

/** The index of CPU builds ends before the public one, and has old copies of plain packages. */
const cpuSpec: IndexSpec = {
  ...plain,
  torch: { ...forLinux['torch'], ...forMac['torch'] },
  torchvision: { ...forLinux['torchvision'], ...forMac['torchvision'] },
  numpy: { '2.1.2': pure },
  requests: { '2.28.1': pure },
}
const publicSpec: IndexSpec = {
  ...plain,
  ...family(['2.5.1', '2.12.0', '2.13.0', '2.15.0'], '', tagsOf(linux, mac), cuda),
  numpy: { '2.1.2': pure, '2.3.4': pure },
  requests: { '2.28.1': pure, '2.32.5': pure },
  'nvidia-cublas': { '13.1.0': pure },
  triton: { '3.7.0': pure },
  'sentence-transformers': { '5.1.0': { ...pure, requires: ['torch>=1.11.0', 'numpy', 'requests'] } },
}

/** What is done for a project whose lock file has a history. */
const histories: Readonly<Record<string, (lock: Lock, file: string) => Promise<void>>> = {
  P: lockedBefore,
  P2: async (lock, file) => {
    await lockedBefore(lock, file)
    await lock('-P', 'torch==2.12.0')
  },
}

type Lock = (...words: string[]) => Promise<void>

/** Locks an older release from the public index, and only then names the index of CPU builds. */
async function lockedBefore(lock: Lock, file: string): Promise<void> {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.slice(0, text.indexOf('[[tool.uv.index]]')))
  await lock('-P', 'torch==2.12.0')
  writeFileSync(file, text)
  await lock()
}

const projects = 'fixtures/docker/projects'
const given = process.argv.slice(2)
const [indexes, mirror] = [await serveIndexes(cpuSpec, publicSpec), await serveIndexes({}, cpuSpec)]
const cache = mkdtempSync(join(tmpdir(), 'torchpin-locks-'))
/** Each URL of this machine, and what stands in the fixtures in its place. */
const exchanged = [
  [indexes.cpu, DEFAULT_CPU_INDEX_URL],
  [indexes.main, 'https://public.example.org/simple'],
  [indexes.main.replace('/simple', '/files'), 'https://public.example.org/files'],
  [mirror.main, 'https://mirror.example.org/torch-cpu/simple'],
  [mirror.main.replace('/simple', '/files'), 'https://mirror.example.org/torch-cpu/files'],
] as const

function exchange(file: string, from: 0 | 1): void {
  const to = from === 0 ? 1 : 0
  const text = exchanged.reduce((text, pair) => text.replaceAll(pair[from], pair[to]), readFileSync(file, 'utf8'))
  writeFileSync(file, text)
}

// The indexes answer from this process, so that nothing here may wait in its place.
async function run(program: string, words: readonly string[], cwd: string): Promise<void> {
  const env = {
    ...process.env,
    UV_DEFAULT_INDEX: indexes.main,
    UV_CACHE_DIR: join(cache, 'uv'),
    UV_PYTHON_DOWNLOADS: 'never',
    UV_TORCH_BACKEND: 'cpu',
    POETRY_CACHE_DIR: join(cache, 'poetry'),
    POETRY_VIRTUALENVS_CREATE: 'false',
  }
  await promisify(execFile)(program, words, { cwd, env })
}

async function lockWithUv(name: string, folder: string): Promise<string> {
  const lock: Lock = (...words) => run('uv', ['lock', ...words], folder)
  const history = histories[name]
  await (history ? history(lock, join(folder, 'pyproject.toml')) : lock())
  return 'uv.lock'
}

/** Poetry knows the public index by a source of its own here, which goes from the lock file again. */
async function lockWithPoetry(folder: string): Promise<string> {
  const file = join(folder, 'pyproject.toml')
  const text = readFileSync(file, 'utf8').replace('"PyPI"', '"public"')
  const source = `[[tool.poetry.source]]\nname = "public"\nurl = "${indexes.main}"\npriority = "primary"\n`
  writeFileSync(file, text.includes('priority = "primary"') ? text : `${text}\n${source}`)
  await run(process.env['POETRY'] ?? 'poetry', ['lock', '--no-interaction'], folder)
  const lock = join(folder, 'poetry.lock')
  const blocks = readFileSync(lock, 'utf8').split(/(?=^\[)/m)
  const kept = blocks.filter(block => !(block.startsWith('[package.source]') && block.includes(indexes.main)))
  writeFileSync(lock, kept.join(''))
  return 'poetry.lock'
}

try {
  for (const name of given.length > 0 ? given : readdirSync(projects)) {
    const dockerfile = readFileSync(join(projects, name, 'Dockerfile'), 'utf8')
    if (!/\.lock\b|^COPY \. \./m.test(dockerfile)) continue
    const folder = join(cache, name)
    cpSync(join(projects, name), folder, { recursive: true })
    const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.toml'))
    for (const path of texts) exchange(join(folder, path), 1)
    const made = await (dockerfile.includes('poetry.lock') ? lockWithPoetry(folder) : lockWithUv(name, folder))
    exchange(join(folder, made), 0)
    cpSync(join(folder, made), join(projects, name, made))
    console.log(name, made)
  }
} finally {
  rmSync(cache, { recursive: true, force: true })
  await Promise.all([indexes.close(), mirror.close()])
}
