import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDockerignore } from '../../src/docker/dockerignore.ts'
import { initDocker } from '../../src/docker/init.ts'

const folder = join(import.meta.dirname, '../../fixtures/docker-init')
const examples = readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? entry.name : []))
const recorded: { answers: Record<string, { sha256: string; findings: unknown[] }> } = JSON.parse(
  readFileSync(join(folder, 'hadolint.json'), 'utf8'),
)
const hasHadolint = spawnSync('hadolint', ['--version']).status === 0

async function written(name: string): Promise<{ dockerfile: string; ignore: string }> {
  const { files } = await initDocker('input', { cwd: join(folder, name), cacheDir: join(folder, 'no-cache') })
  const [dockerfile, ignore] = files.map(({ after }) => Buffer.from(after).toString())
  return { dockerfile: dockerfile!, ignore: ignore! }
}

/** Instructions with their continuations joined, comments left out. */
function instructionsOf(dockerfile: string): string[] {
  return dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line !== '')
}

/** What a COPY takes from the context. */
function copied(instruction: string): string[] {
  const rest = /^COPY (?!--from)(.*)/.exec(instruction)?.[1]
  if (rest === undefined) return []
  const words: string[] = rest.startsWith('[') ? JSON.parse(rest) : rest.split(' ')
  return words.slice(0, -1)
}

describe.each(examples)('%s', name => {
  const input = join(folder, name, 'input')

  test('is written as it stands in the fixtures', async () => {
    const { dockerfile, ignore } = await written(name)
    expect(dockerfile).toBe(readFileSync(join(folder, name, 'Dockerfile'), 'utf8'))
    expect(ignore).toBe(readFileSync(join(folder, name, '.dockerignore'), 'utf8'))
  })

  test('hadolint found nothing in it', async () => {
    const { dockerfile } = await written(name)
    const { sha256, findings } = recorded.answers[name]!
    expect(createHash('sha256').update(dockerfile).digest('hex')).toBe(sha256)
    expect(findings).toEqual([])
  })

  test.runIf(hasHadolint)('hadolint finds nothing in it', async () => {
    const { dockerfile } = await written(name)
    const found = execFileSync('hadolint', ['--no-fail', '--format', 'json', '-'], { input: dockerfile })
    expect(JSON.parse(found.toString())).toEqual([])
  })

  test('what it copies is there, and in the build context', async () => {
    const { dockerfile, ignore } = await written(name)
    const { ignores } = readDockerignore(ignore)
    const sources = instructionsOf(dockerfile).flatMap(copied)
    expect(sources).not.toEqual([])
    for (const source of sources.filter(one => one !== '.')) {
      expect(existsSync(join(input, source)), source).toBe(true)
      expect(ignores(source), source).toBe(false)
    }
  })

  test('all code is in the build context, tests are not', async () => {
    const { ignores } = readDockerignore((await written(name)).ignore)
    const code = readdirSync(input, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.py'))
    for (const path of code) expect(ignores(path), path).toBe(path.startsWith('tests/'))
  })

  test('the requirements that it installs were copied before', async () => {
    const steps = instructionsOf((await written(name)).dockerfile)
    for (const [at, step] of steps.entries()) {
      const [, quoted, plain] = / -r (?:'([^']+)'|(\S+))/.exec(step) ?? []
      const file = quoted ?? plain
      if (file === undefined || file.startsWith('/tmp/')) continue
      expect(steps.slice(0, at).flatMap(copied)).toContain(file)
    }
  })

  test('what it starts is there', async () => {
    const cmd = instructionsOf((await written(name)).dockerfile).at(-1)!
    expect(cmd).toMatch(/^CMD \[/)
    const words: string[] = JSON.parse(cmd.slice('CMD '.length))
    for (const word of words.filter(one => one.endsWith('.py'))) expect(statSync(join(input, word)).isFile()).toBe(true)
    const [, module, object] = words.map(word => /^([A-Za-z_][\w.]*):(\w+)(?:\(\))?$/.exec(word)).find(Boolean) ?? []
    if (module === undefined) return
    const path = module.replaceAll('.', '/')
    const file = [`${path}.py`, `${path}/__init__.py`, `src/${path}.py`].find(one => existsSync(join(input, one)))
    expect(readFileSync(join(input, file!), 'utf8')).toMatch(new RegExp(`^(?:def )?${object}\\b`, 'm'))
  })

  test('two stages of one image, one environment, no root', async () => {
    const steps = instructionsOf((await written(name)).dockerfile)
    const stages = steps.filter(step => step.startsWith('FROM '))
    expect(stages).toHaveLength(2)
    expect(new Set(stages.map(stage => stage.split(' ')[1])).size).toBe(1)
    expect(stages[0]).toMatch(/^FROM python:3\.\d+(?:\.\d+)?-slim-(?:bookworm|trixie) AS builder$/)
    const runtime = steps.slice(steps.indexOf(stages[1]!))
    const installs = runtime.includes('COPY --from=builder /opt/venv /opt/venv')
    expect(runtime.some(step => step.startsWith('ENV PATH="/opt/venv/bin:$PATH"'))).toBe(installs)
    expect(runtime.some(step => step.startsWith('USER 10001'))).toBe(true)
  })
})

test('three installers and three ways to start are among the examples', async () => {
  const dockerfiles = await Promise.all(examples.map(async name => (await written(name)).dockerfile))
  for (const part of ['pip install -r', 'uv sync', 'poetry install', 'pipenv requirements', 'uv pip install'])
    expect(
      dockerfiles.some(text => text.includes(part)),
      part,
    ).toBe(true)
})
