// Builds dist/ where there may be sources alone: npm's prepare, and the GitHub Action. For `npm install -g git+…`, as
// pre-commit installs, npm runs prepare without any dependency (https://github.com/npm/cli/issues/8440).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const options = process.argv.slice(2)
// `npx torchpin` in a clone runs prepare again, behind the one of `npm ci`: there is nothing left to build.
if (!isBuilt(options.includes('--no-types'))) {
  sayWhatNpmHides()
  // What npm was told of a global install is inherited, and would hold for this one.
  if (!existsSync('node_modules/esbuild'))
    npm('ci', '--global=false', '--location=project', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund')
  run(process.execPath, ['scripts/build.js', ...options])
}

/** Whether a build has ended since the last change of what it is made from; folders count too, for what was taken out of them. */
function isBuilt(withoutTypes) {
  // build.js writes the declarations last, and the licences before them.
  const last = withoutTypes ? 'dist/THIRD_PARTY_LICENCES.txt' : 'dist/types/index.d.ts'
  if (!existsSync(last)) return false
  const made = statSync(last).mtimeMs
  const sources = readdirSync('src', { recursive: true }).map(name => join('src', name))
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.js']
  return ['src', ...sources, ...settings].every(path => statSync(path).mtimeMs < made)
}

/** npm keeps to itself what scripts print under `npx`: whoever sits at a terminal is told what takes some seconds. */
function sayWhatNpmHides() {
  if (process.env.npm_command !== 'exec') return
  try {
    writeFileSync(process.platform === 'win32' ? 'CONOUT$' : '/dev/tty', 'torchpin: building from the sources, once\n')
  } catch {
    // There is no terminal, and nobody waits at one.
  }
}

/** The npm that runs this, else the one beside this Node, since the runner's has one where a container has none; else that of the path. */
function npm(...args) {
  const folder = dirname(process.execPath)
  const script = [
    process.env.npm_execpath ?? '',
    join(folder, '../lib/node_modules/npm/bin/npm-cli.js'),
    join(folder, 'node_modules/npm/bin/npm-cli.js'),
  ].find(path => path.endsWith('npm-cli.js') && existsSync(path))
  if (script) run(process.execPath, [script, ...args])
  // On Windows npm is a batch file, which only a shell runs; nothing of these arguments comes from outside.
  else run('npm', args, process.platform === 'win32')
}

function run(program, args, shell = false) {
  const { status, error } = spawnSync(program, args, { shell, stdio: 'inherit' })
  if (status === 0) return
  console.error(error?.message ?? `${program} ${args[0]} ended with ${status}`)
  process.exit(1)
}
