// Finds the regular expressions of src/, makes for each the inputs that cost it most, and tells how the time grows:
//   node scripts/run.js scripts/slow-expressions.ts [--all]
// Ends with 1 where one is worse than linear, and not known to be fed with short texts alone.

import { boundedBy } from './expressions/bounded.ts'
import { expressionsBelow } from './expressions/find.ts'
import { measure, textOf } from './expressions/measure.ts'

const { literals, built } = expressionsBelow('src')
let slow = 0
let looped = 0
console.log('| expression | where | growth | input | ms |\n| --- | --- | --- | --- | ---: |')
for (const { place, source, flags } of literals) {
  const { growth, worst, time, length, inputs } = measure(source, flags)
  if (inputs > 0) looped++
  const reason = boundedBy.get(source)
  if (growth !== 'linear' && reason === undefined) slow++
  if (growth === 'linear' && !process.argv.includes('--all')) continue
  const input = worst ? `${length} characters of ${JSON.stringify(textOf(worst, 1)).slice(0, 60)}` : `${inputs} inputs`
  console.log(`| \`${source}\` | ${place} | ${growth}${reason ? `; ${reason}` : ''} | ${input} | ${time.toFixed(1)} |`)
}
console.log(
  `\n${literals.length} expressions, ${looped} with loops, ${slow} worse than linear; built from text at ${built.join(', ')}`,
)
process.exitCode = slow > 0 ? 1 : 0
