/**
 * Has the real Renovate find 50 repositories on a code host and open its pull requests with what torchpin wrote, and the action
 * of this repository say in each what it saves; all on loopback:
 *
 *   node scripts/run.js integrations/organisation/run.ts FOLDER_OF_RENOVATE [COUNT]
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serveIndexes } from '../../test/loopback/indexes.ts'
import { conclude, holds } from '../claims.ts'
import { serveGitea } from '../renovate/gitea.ts'
import { findRenovate, runScript, writeGlobalConfig } from '../renovate/renovate.ts'
import { makeRepository, type Repository } from '../renovate/repository.ts'
import { caughtUp } from '../renovate/scenarios.ts'
import { environmentOf, mapped, putOnPath } from '../renovate/stage.ts'
import { kinds } from './kinds.ts'

const [installed = process.env['RENOVATE_FOLDER'], count = '50'] = process.argv.slice(2)
const renovate = installed === undefined ? undefined : findRenovate(installed)
if (!renovate) {
  console.log(`skipped: there is no Renovate ${installed === undefined ? 'named' : `below ${installed}`}`)
  process.exit(0)
}

/** Milliseconds for all repositories together. */
const LIMIT = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'torchpin-organisation-'))
for (const name of ['bin', 'calls', 'home']) mkdirSync(join(folder, name))
const indexes = await serveIndexes(caughtUp.cpu, caughtUp.main)
const repositories = new Map<string, Repository>()
const places: Record<string, string> = { '{CPU}': indexes.cpu, '{MAIN}': indexes.main }
const filled = (text: string) => text.replace(/\{[A-Z]+\}/g, word => places[word] ?? word)
const gitea = await serveGitea(repositories, { 'torchpin.json': readFileSync('renovate/torchpin.json', 'utf8') })
places['{PRESETS}'] = gitea.presets
try {
  for (let i = 0; i < Number(count); i++) {
    const name = `acme/app-${i}`
    const place = join(folder, name)
    mkdirSync(place, { recursive: true })
    repositories.set(name, makeRepository(place, mapped(kinds[i % kinds.length]!.files, filled)))
  }
  putOnPath(join(folder, 'bin'), join(folder, 'calls'))
  const cache = join(folder, 'torchpin-cache')
  const more = { autodiscover: true, customEnvVariables: { TORCHPIN_CACHE_DIR: cache } }
  const config = writeGlobalConfig(folder, gitea.api, more)
  console.log(`Renovate ${renovate.version}, Node ${process.versions.node}, ${count} repositories`)
  const started = performance.now()
  const ended = await runScript(renovate.script, [], { env: environmentOf(folder, config, indexes.main), limit: LIMIT })
  console.log(`Renovate took ${Math.round((performance.now() - started) / 1000)} s\n`)
  holds('Renovate ends well', ended.code, 0)
  for (const [i, kind] of kinds.entries()) {
    const alike = [...repositories.keys()].filter((_, place) => place % kinds.length === i)
    if (alike.length === 0) continue
    console.log(`\n${kind.id}: ${alike.length}`)
    holds(
      'changes of the pull requests',
      alike.map(changesOf),
      alike.map(() => mapped(kind.changed, filled)),
    )
    holds(
      'how many pull requests',
      alike.map(name => gitea.of(name).pulls.length),
      alike.map(() => (Object.keys(kind.changed).length > 0 ? 1 : 0)),
    )
    holds('those whose status warns', alike.filter(hasFailed), kind.fails ? alike : [])
    if (kind.fails || Object.keys(kind.changed).length === 0) continue
    const comments: string[] = []
    for (const name of alike) comments.push(await commented(name, cache))
    holds(
      'comments that say what the change saves',
      comments.filter(text => /^### torchpin check/m.test(text)).length,
      alike.length,
    )
    holds(
      'packages that go',
      comments.map(text => kind.gone.filter(name => text.includes(name))),
      alike.map(() => kind.gone),
    )
    console.log(comments[0]!.replace(/^/gm, '      '))
  }
} finally {
  await gitea.close()
  await indexes.close()
  rmSync(folder, { recursive: true, force: true })
}
conclude()

/** What the one branch of Renovate changes. */
function changesOf(name: string): Readonly<Record<string, string>> {
  const repository = repositories.get(name)!
  const [branch] = repository.branches().filter(branch => branch !== 'main')
  return Object.fromEntries(
    branch === undefined ? [] : repository.changed(branch).map(path => [path, repository.show(branch, path)]),
  )
}

function hasFailed(name: string): boolean {
  return gitea.of(name).statuses.some(({ status }) => status === 'failure')
}

/** Runs the action for the pull request of a repository, as its workflow would. @returns the comment that it leaves */
async function commented(name: string, cache: string): Promise<string> {
  const [pull] = gitea.of(name).pulls
  const work = join(folder, name, 'work')
  execFileSync('git', ['fetch', '--quiet', 'origin'], { cwd: work })
  execFileSync('git', ['checkout', '--quiet', pull!.branch], { cwd: work })
  const event = join(folder, 'event.json')
  writeFileSync(event, JSON.stringify({ pull_request: { number: pull!.number } }))
  const env = {
    PATH: process.env['PATH']!,
    HOME: join(folder, 'home'),
    PIP_CONFIG_FILE: '/dev/null',
    TORCHPIN_CACHE_DIR: cache,
    GITHUB_API_URL: gitea.api.replace(/\/$/, ''),
    GITHUB_REPOSITORY: name,
    GITHUB_WORKSPACE: work,
    GITHUB_EVENT_PATH: event,
    RUNNER_TEMP: folder,
    INPUT_COMMAND: 'check',
    INPUT_AGAINST: 'origin/main',
    INPUT_TOKEN: 'loopback-only',
  }
  const { code, output } = await runScript(resolve('action/main.js'), [], { env, cwd: work, limit: LIMIT })
  if (code !== 0) console.log(output)
  return gitea.of(name).pulls[0]!.comments.at(-1)?.body ?? ''
}
