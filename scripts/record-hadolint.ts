// Asks hadolint about the Dockerfiles of fixtures/docker-init and keeps what it answered:
// node scripts/run.js scripts/record-hadolint.ts (with hadolint on PATH)
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'fixtures/docker-init'
const version = execFileSync('hadolint', ['--version'], { encoding: 'utf8' }).trim()
const answers = Object.fromEntries(
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => {
      const dockerfile = readFileSync(join(folder, name, 'Dockerfile'))
      const findings = execFileSync('hadolint', ['--no-fail', '--format', 'json', '-'], { input: dockerfile })
      return [
        name,
        {
          sha256: createHash('sha256').update(dockerfile).digest('hex'),
          findings: JSON.parse(findings.toString()),
        },
      ]
    }),
)
writeFileSync(join(folder, 'hadolint.json'), `${JSON.stringify({ version, answers }, null, 2)}\n`)
console.log(`${version}: ${Object.keys(answers).length} Dockerfiles`)
