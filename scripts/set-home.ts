// Moves every file that names where the project lives to another place: npm run home -- OWNER/NAME
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { homeOf, moved } from './release/home.ts'

const [to] = process.argv.slice(2)
if (!/^[\w.-]+\/[\w.-]+$/.test(to ?? '')) {
  console.error('usage: npm run home -- OWNER/NAME')
  process.exit(2)
}
const from = homeOf(readFileSync('package.json', 'utf8'))
const tracked = execFileSync('git', ['ls-files', '-z', ':!fixtures', ':!test', ':!scripts'], { encoding: 'utf8' })
for (const path of tracked.split('\0').slice(0, -1)) {
  const before = readFileSync(path, 'utf8')
  const after = moved(before, from, to!)
  if (after === before) continue
  writeFileSync(path, after)
  console.log(path)
}
