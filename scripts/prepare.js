// Builds dist/ where there may be sources alone: npm's prepare, and the GitHub Action. For `npm install -g git+…`, as
// pre-commit installs, npm runs prepare without any dependency (https://github.com/npm/cli/issues/8440).
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
// What npm was told of a global install is inherited, and would hold for this one.
if (!existsSync('node_modules/esbuild'))
  npm('ci', '--global=false', '--location=project', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund')
run(process.execPath, ['scripts/build.js', ...process.argv.slice(2)])

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
