// What action.yml starts. A checkout of this repository at a tag holds sources alone, so the first use in a job builds
// torchpin, with the libraries that package-lock.json names.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const pathOf = name => fileURLToPath(new URL(`../${name}`, import.meta.url))
if (existsSync(pathOf('dist/action.js')) || build()) await import('../dist/action.js')
else process.exitCode = 1

/** @returns whether it could be built */
function build() {
  console.log('::group::Building torchpin')
  // The inputs, the token among them, are not for what is installed here.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')))
  const { status } = spawnSync(process.execPath, [pathOf('scripts/prepare.js'), '--no-types'], {
    env,
    stdio: 'inherit',
  })
  console.log('::endgroup::')
  if (status !== 0) console.log('::error title=torchpin::it cannot be built; the log says why')
  return status === 0
}
