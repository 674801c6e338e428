import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { syncOf } from '../../src/docker/asked-for.ts'
import { contextsListedOnce, readContext } from '../../src/docker/context.ts'
import { initDocker } from '../../src/docker/init.ts'
import { installsOf } from '../../src/docker/install.ts'
import { readDockerfile } from '../../src/project-files/dockerfile/dockerfile.ts'
import { folderWith } from '../workspace/temporary.ts'

const locks = resolve(import.meta.dirname, '../../fixtures/locks/uv')

/** What uv 0.13.9 installs by a lock: see scripts/record-locks.ts. */
interface Recorded {
  readonly options: readonly string[]
  readonly platform: string
  readonly installed: Readonly<Record<string, string>> | string
}

/** The projects that a `uv sync` of a Dockerfile installs. @param folder the build context */
async function installedBy(sync: string, folder: string, environment = ''): Promise<string[]> {
  const dockerfile = readDockerfile(`FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n${environment}RUN ${sync}\n`)
  const path = join(folder, 'Dockerfile')
  const context = await readContext(dockerfile, {
    path,
    folder,
    cwd: folder,
    listed: contextsListedOnce(),
    textOf: () => undefined,
  })
  const [install] = installsOf(dockerfile.stages[0]!)
  return [...syncOf(install!, context)!.needs.projects.keys()].sort()
}

describe('a Dockerfile installs by a lock what uv does', () => {
  const runs = readdirSync(locks)
    .filter(name => readdirSync(join(locks, name)).includes('uv.lock'))
    .flatMap(name => {
      const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(locks, name, 'installed.json'), 'utf8'))
      return recorded.flatMap(({ options, platform, installed }) =>
        platform === 'linux-x86_64' && typeof installed === 'object'
          ? [[name, `uv sync ${options.join(' ')}`.trim(), Object.keys(installed)] as const]
          : [],
      )
    })

  test.each(runs)('%s: %s', async (name, sync, installed) => {
    expect(await installedBy(sync, join(locks, name))).toEqual([...installed].sort())
  })
})

describe('groups', () => {
  // Each as real uv has it: `uv sync --frozen --dry-run`.
  test.each<[sync: string, environment: string, installed: readonly string[]]>([
    ['uv sync', '', ['idna', 'pytest', 'ruff']],
    ['uv sync --all-groups --no-group models', '', ['idna', 'pytest', 'ruff']],
    ['uv sync --no-group dev', '', ['idna']],
    ['uv sync --no-group models', '', ['idna', 'pytest', 'ruff']],
    ['uv sync --group lint --no-group lint', 'ENV UV_NO_DEV=1\n', ['idna']],
    ['uv sync', 'ENV UV_NO_DEV=0\n', ['idna', 'pytest', 'ruff']],
    ['uv sync --group lint', 'ENV UV_NO_DEFAULT_GROUPS=true\n', ['idna', 'ruff']],
    ['uv sync', 'ENV UV_NO_GROUP=dev\n', ['idna']],
    // pytest needs idna here.
    ['uv sync --only-dev', '', ['idna', 'pytest', 'ruff']],
    ['uv sync --only-group lint', '', ['ruff']],
  ])('%s %s', async (sync, environment, installed) => {
    const found = await installedBy(sync, join(locks, 'groups'), environment)
    expect(found).toEqual(installed)
  })

  test('that are installed by default count for docker init, which leaves out those for development', async () => {
    const read = (name: string) => readFileSync(join(locks, 'exclusive-groups', name), 'utf8')
    const cwd = folderWith({ 'uv.lock': read('uv.lock'), 'pyproject.toml': read('pyproject.toml'), 'main.py': '' })
    const made = await initDocker('.', { cwd, cacheDir: join(cwd, 'no-cache') })
    expect(made.result.findings.map(({ code }) => code)).not.toContain('init-torch-not-cpu-only')
  })
})
