// Runs the GitHub Action as a runner does: from a bare clone of the commit that is checked out here, with nothing built, and
// a stand-in for GitHub's REST API on loopback: node scripts/run.js integrations/action/run.ts
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serveGitHub } from '../../test/action/github.ts'
import { conclude, failures, holds } from '../claims.ts'

const folder = mkdtempSync(join(tmpdir(), 'torchpin-action-'))
const places = { action: join(folder, 'action'), workspace: join(folder, 'workspace'), runner: join(folder, 'runner') }
/** Its torch is in an extra. */
const project = `[project]
name = "app"
version = "1"
dependencies = []

[project.optional-dependencies]
models = ["torch==2.13.0"]

[tool.uv]
package = false
`
const github = await serveGitHub(7)
try {
  execFileSync('git', ['clone', '--quiet', resolve('.'), places.action])
  for (const path of [join(places.workspace, '.git'), places.runner]) mkdirSync(path, { recursive: true })
  writeFileSync(join(places.workspace, 'torchpin.toml'), 'offline = true\npython = "3.11"\n')
  writeFileSync(join(places.workspace, 'requirements.txt'), 'torch==2.13.0\n')
  writeFileSync(join(places.runner, 'event.json'), JSON.stringify({ pull_request: { number: 7 } }))
  console.log(`Node ${process.versions.node}, nothing built`)

  const check = await step({ INPUT_COMMAND: 'check' })
  holds('the first use builds', /^::group::Building torchpin$/m.test(check.log), true)
  holds('and fails at what it finds', check.code, 1)
  holds('with an annotation', /^::error file=requirements\.txt,line=1,title=cuda-installed::/m.test(check.log), true)
  holds('with outputs', check.outputs.match(/^bytes-saved=.*$/m)?.[0], `bytes-saved=${2_740_713_029 - 202_222_611}`)
  const rewrite = await step({ INPUT_COMMAND: 'rewrite' })
  holds('the second one does not build', /Building/.test(rewrite.log), false)
  holds(
    'and rewrites',
    readFileSync(join(places.workspace, 'requirements.txt'), 'utf8').split('\n')[1],
    'torch==2.13.0+cpu',
  )
  holds('each has its comment', github.comments.length, 2)
  const again = await step({ INPUT_COMMAND: 'check' })
  holds('nothing is found any more', again.code, 0)
  holds('and the comment of check says so', /\n\*\*Nothing found/.test(github.comments[0]!.body), true)
  writeFileSync(join(places.workspace, 'pyproject.toml'), project)
  const extra = await step({ INPUT_COMMAND: 'check', INPUT_PATHS: 'pyproject.toml', INPUT_EXTRA: 'models' })
  holds('a project is told of at its line', /^::error file=pyproject\.toml,line=7,/m.test(extra.log), true)
  holds(
    'with what it saves',
    extra.outputs.match(/^bytes-saved=.*$/m)?.[0],
    `bytes-saved=${2_740_713_029 - 202_222_611}`,
  )
  const patch = /^patch=(.*)$/m.exec(extra.outputs)?.[1] ?? ''
  holds('and a patch', /^\+torch = \{ index = "pytorch-cpu" \}$/m.test(readFileSync(patch, 'utf8')), true)
  if (failures() > 0) console.log(check.log, rewrite.log, again.log, extra.log)
} finally {
  await github.close()
  rmSync(folder, { recursive: true, force: true })
}
conclude()

/** One step of a job. */
function step(
  inputs: Readonly<Record<string, string>>,
): Promise<{ code: number | null; log: string; outputs: string }> {
  const output = join(places.runner, 'output')
  writeFileSync(output, '')
  const env = {
    PATH: process.env['PATH']!,
    HOME: process.env['HOME']!,
    NODE_ENV: 'production',
    PIP_CONFIG_FILE: '/dev/null',
    TORCHPIN_CACHE_DIR: join(folder, 'cache'),
    GITHUB_API_URL: github.api,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_WORKSPACE: places.workspace,
    GITHUB_EVENT_PATH: join(places.runner, 'event.json'),
    GITHUB_OUTPUT: output,
    RUNNER_TEMP: places.runner,
    INPUT_TOKEN: 'loopback-only',
    ...inputs,
  }
  const child = spawn(process.execPath, [join(places.action, 'action/main.js')], { cwd: places.workspace, env })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (log += text))
  return new Promise((done, fail) =>
    child.on('error', fail).on('close', code => done({ code, log, outputs: readFileSync(output, 'utf8') })),
  )
}
