import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { sandbox } from '../sandbox.ts'
import { notRun, provedElsewhere } from './not-run.ts'
import { documentedCommands } from './pages.ts'
import { makeService } from './service.ts'

/**
 * Every command of README.md and docs/*.md, as it stands there, with the torchpin of a fresh clone that was installed as the README
 * says. What cannot be run here is in `not-run.ts` with its reason.
 */
const root = resolve(import.meta.dirname, '../..')
const { temporary } = sandbox()
const clone = join(temporary, 'clone')
/** Installing has to fetch some 60 MB of tools and to build. */
const patience = 30 * 60_000

const documented = documentedCommands()
const reasonOf = ({ page, command }: { page: string; command: string }) =>
  provedElsewhere[page] ?? notRun[Object.keys(notRun).find(start => command.startsWith(start)) ?? '']
const fromTheClone = 'npm ci && npx torchpin rewrite examples/requirements.txt'
const lines = [...new Set(documented.filter(row => reasonOf(row) === undefined).map(({ command }) => command))]

/** Commands that end with another code than 0: they find something, which is what the page has them for. */
const finding: Readonly<Record<string, number>> = {
  'torchpin check .': 1,
  'torchpin check --max-download 800MB --max-installed 2.5GB requirements.txt': 1,
  'torchpin check --format github .': 1,
  'torchpin check --output json=torchpin.json --output markdown=torchpin.md --output sarif=torchpin.sarif .': 1,
  'torchpin ci check': 1,
  'torchpin ci check --fix': 1,
  'torchpin ci check scripts/install.sh': 1,
  'torchpin docker check': 1,
}

/** What a line of shell comes to; all of a pipe has to end well but what only finds something. */
function shell(command: string, cwd: string): { code: number | null; stdout: string; stderr: string } {
  const summary = join(cwd, 'summary.md')
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(cwd, '.bin')}:${dirname(process.execPath)}:${process.env['PATH']}`,
      TORCHPIN_CACHE_DIR: join(temporary, 'cache'),
      PIP_CONFIG_FILE: '/dev/null',
      GITHUB_STEP_SUMMARY: summary,
    },
  })
  return { code: status, stdout, stderr }
}

beforeAll(() => {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone])
})

test('a fresh clone installs without a warning, and rewrites the example', { timeout: patience }, () => {
  expect(documented.map(({ command }) => command)).toContain(fromTheClone)
  const { code, stdout, stderr } = shell(fromTheClone, clone)
  expect(code, stderr).toBe(0)
  expect(stderr).not.toMatch(/^npm warn/im)
  expect(stdout).toMatch(/^\+torch==\S+\+cpu/m)
  expect(readFileSync(join(clone, 'examples/requirements.txt'), 'utf8')).toMatch(/^torch==\S+\+cpu/m)
})

describe('the commands of the pages', () => {
  test('are found', () => {
    expect(new Set(documented.map(({ page }) => page))).toEqual(
      new Set([
        'README.md',
        ...['ci', 'ci-commands', 'json', 'monorepo', 'projects', 'python', 'renovate'].map(name => `docs/${name}.md`),
      ]),
    )
    expect(lines.length).toBeGreaterThan(30)
  })

  test('none of the reasons is left over', () => {
    const begins = (start: string) => documented.some(({ command }) => command.startsWith(start))
    expect(Object.keys(notRun).filter(start => !begins(start))).toEqual([])
    expect(Object.values(provedElsewhere).filter(path => !existsSync(join(root, path)))).toEqual([])
    expect(Object.keys(finding).filter(command => !lines.includes(command))).toEqual([])
  })

  test.each(lines.filter(command => command !== fromTheClone))('%s', { timeout: patience }, command => {
    const cwd = mkdtempSync(join(temporary, 'service-'))
    makeService(cwd, join(clone, 'bin/torchpin.js'), !command.includes('docker init'))
    const { code, stderr } = shell(command, cwd)
    expect(stderr).not.toMatch(/^error/m)
    expect(code, stderr).toBe(finding[command] ?? 0)
  })
})

test('where there is nothing to fix, git takes the empty patch', { timeout: patience }, () => {
  const cwd = mkdtempSync(join(temporary, 'service-'))
  makeService(cwd, join(clone, 'bin/torchpin.js'), false)
  expect(shell('torchpin docker init && torchpin rewrite .', cwd).code).toBe(0)
  for (const command of lines.filter(line => line.endsWith('git apply --allow-empty')))
    expect(shell(`set -o pipefail; ${command}`, cwd), command).toMatchObject({ code: 0 })
})
