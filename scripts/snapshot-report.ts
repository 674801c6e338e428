// What the pull request about a new snapshot says, as Markdown: node scripts/run.js scripts/snapshot-report.ts [FOLDER]
// The folder has what failed, in files named failed-*.md.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import type { Snapshot } from '../src/package-index/snapshot/format.ts'
import { changesInWords } from './snapshot/changes.ts'

const [folder = '.'] = process.argv.slice(2)
for (const kind of ['cpu', 'pypi'] as const) {
  const path = `snapshot/${kind}.json`
  const before = execFileSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const [old, now] = [before, readFileSync(path, 'utf8')].map((text): Snapshot => JSON.parse(text))
  console.log(`### ${path}\n\n${changesInWords(old!, now!)}`)
}
for (const path of globSync('failed-*.md', { cwd: folder }).sort()) {
  const about = join(folder, path)
  console.log(`**${readFileSync(about, 'utf8').trim()}** The log is in the artifact of the run.\n`)
}
