// What action.yml starts. A checkout of this repository at a tag holds sources alone, so the first use in a job builds
// torchpin, from the versions of package-lock.json.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(join(root, 'dist/action.js'))) {
  console.log('::group::Building torchpin')
  npm('ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund')
  run(process.execPath, ['scripts/build.js', '--no-types'])
  console.log('::endgroup::')
}
await import('../dist/action.js')

/** The npm beside the Node of the runner, since a container may have none; else the one on the path. */
function npm(...args) {
  const folder = dirname(process.execPath)
  const own = [join(folder, '../lib/node_modules'), join(folder, 'node_modules')]
    .map(modules => join(modules, 'npm/bin/npm-cli.js'))
    .find(existsSync)
  if (own) run(process.execPath, [own, ...args])
  // On Windows npm is a batch file, which only a shell runs; nothing of these arguments comes from outside.
  else run('npm', args, process.platform === 'win32')
}

function run(program, args, shell = false) {
  // The token is not for what is installed here.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')))
  const { status, error } = spawnSync(program, args, { cwd: root, env, shell, stdio: 'inherit' })
  if (status === 0) return
  console.log(`::error title=torchpin::it cannot be built: ${error?.message ?? `${program} ended with ${status}`}`)
  process.exit(1)
}
