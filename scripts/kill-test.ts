import { fileURLToPath } from 'node:url'
import { killAt } from '../test/loopback/kills.ts'

/**
 * Kills a run of many files at many moments, and counts what it leaves: node scripts/run.js scripts/kill-test.ts [moments] [files]
 * Exit code 1 where a file was neither old nor new, or the run after it did not put everything right.
 */
const bin = fileURLToPath(new URL('../bin/torchpin.js', import.meta.url))
const [moments = 200, files = 200] = process.argv.slice(2).map(Number)
const count = {
  'all old': 0,
  'some new': 0,
  'all new': 0,
  'half written': 0,
  'drafts left': 0,
  'drafts left by the next run': 0,
  'next run failed': 0,
}
for await (const { old, made, half, drafts, leftovers, next } of killAt(bin, moments, files)) {
  count[old === files ? 'all old' : made === files ? 'all new' : 'some new']++
  if (half.length > 0) count['half written']++
  if (drafts > 0) count['drafts left']++
  if (leftovers.length > 0) count['drafts left by the next run']++
  if (next.code !== 0 || next.made !== files) count['next run failed']++
}
console.log(`${moments} moments of a run of ${files} files`)
for (const [what, times] of Object.entries(count)) console.log(`${String(times).padStart(5)}  ${what}`)
if (count['half written'] + count['drafts left by the next run'] + count['next run failed'] > 0) process.exitCode = 1
