import { existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { globSync } from 'tinyglobby'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

/** What holds for each workflow without a tool; actionlint and zizmor look further (`npm run workflows`). */
const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8')

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly needs?: string | readonly string[]
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> }
  readonly steps: readonly Step[]
}

const workflows = globSync('.github/workflows/*.yml', { cwd: root, dot: true }).sort()
const jobsOf = (path: string) => Object.entries(parse(read(path)).jobs as Record<string, Job>)
const stepsOf = (path: string) => jobsOf(path).flatMap(([, { steps }]) => steps)
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

test('there is one for each purpose', () => {
  expect(workflows.map(path => basename(path, '.yml'))).toEqual([
    'bench',
    'integrations',
    'release',
    'site',
    'snapshot',
    'test',
  ])
})

describe.each(workflows)('%s', path => {
  test('takes every action by its commit, and says which release that is', () => {
    const used = read(path).match(/uses: .*/g) ?? []
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter(line => !/^uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
  })

  test('gives no right that a job does not ask for, and no job without an end', () => {
    expect(parse(read(path)).permissions).toEqual({})
    for (const [, job] of jobsOf(path)) {
      expect(job.permissions).toBeDefined()
      expect(job['timeout-minutes']).toBeGreaterThan(0)
    }
  })

  test('leaves no login in a checkout', () => {
    const checkouts = stepsOf(path).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const { with: inputs } of checkouts) expect(inputs).toMatchObject({ 'persist-credentials': false })
  })

  test('puts no expression into a shell line', () => {
    expect(stepsOf(path).filter(({ run }) => run?.includes('${{'))).toEqual([])
  })

  test('runs no script of a library while it installs', () => {
    const installs = stepsOf(path).flatMap(({ run }) => run?.match(/npm (?:ci|install)\b.*/g) ?? [])
    expect(installs.filter(line => !line.includes('--ignore-scripts'))).toEqual([])
  })

  test('starts only what is there', () => {
    const lines = stepsOf(path).map(({ run = '' }) => run)
    const named = lines.flatMap(line =>
      [...line.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!),
    )
    expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([])
    const files = lines.flatMap(line => [...line.matchAll(/\b((?:scripts|integrations)\/[\w./-]+\.[jt]s)/g)])
    expect(files.map(([, file]) => file!).filter(file => !existsSync(resolve(root, file)))).toEqual([])
  })
})

test('the tests run on three systems and three Nodes, the oldest among them', () => {
  const [, { strategy }] = jobsOf('.github/workflows/test.yml').find(([name]) => name === 'test')!
  expect(strategy!.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: ['20', '22', '24'],
  })
})

describe('the release', () => {
  const jobs = Object.fromEntries(jobsOf('.github/workflows/release.yml'))
  const right = (name: string) => Object.entries(jobs).filter(([, job]) => job.permissions?.[name] === 'write')

  test('calls every step of the script that publishes', async () => {
    const { making, publishing } = await import('../scripts/release/steps.ts')
    const called = stepsOf('.github/workflows/release.yml')
      .flatMap(({ run }) => /^npm run release -- (.*)$/.exec(run ?? '')?.[1]?.split(' ') ?? [])
      .sort()
    expect(called).toEqual(['agree', 'image', ...Object.keys(making), ...Object.keys(publishing)].sort())
  })

  test('stores no secret', () => {
    expect(read('.github/workflows/release.yml')).not.toMatch(/secrets\./)
  })

  test('gives an identity to what publishes and attests alone, and there the files are not made', () => {
    expect(right('id-token').map(([name]) => name)).toEqual(['npm', 'python', 'github'])
    expect(jobs['make']!.permissions).toEqual({ contents: 'read' })
  })

  test('writes to the repository last, when all else is published', () => {
    expect(right('contents').map(([name]) => name)).toEqual(['github'])
    expect(jobs['github']!.needs).toEqual(['npm', 'python', 'images'])
  })
})

describe('the issue forms', () => {
  test.each(
    globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: root, dot: true }).filter(path => !path.includes('config')),
  )('%s asks for something that it names', path => {
    const { name, description, body } = parse(read(path))
    expect([name, description].every(text => typeof text === 'string' && text !== '')).toBe(true)
    const questions = body.filter(({ type }: { type: string }) => type !== 'markdown')
    expect(questions.some(({ validations }: { validations?: { required?: boolean } }) => validations?.required)).toBe(
      true,
    )
    const ids = questions.map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
