// Asks pip and packaging the same as torchpin, about generated versions, specifiers, markers, requirements, file names and
// requirements files, and prints where they differ:
//   npm run fuzz:oracle -- [--runs 1000000] [--seed N] [--only KIND] [--show 10]
// TORCHPIN_PYTHON names a Python with pip 26.3 and packaging 26.2; else it is python3. What is known to differ, and why, stands in
// scripts/fuzz/disagreements.ts and is counted.

import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import fc from 'fast-check'
import { variables } from '../test/arbitraries/requirements-file.ts'
import { disagreements } from './fuzz/disagreements.ts'
import { startOracle } from './fuzz/python.ts'
import { questions } from './fuzz/questions.ts'

const batch = 2000

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
    show: { type: 'string', default: '10' },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed)
const shares = questions.reduce((sum, { share }) => sum + share, 0)

const project = fileURLToPath(new URL('..', import.meta.url))
const oracle = await startOracle(process.env['TORCHPIN_PYTHON'] ?? 'python3', project, variables)
console.log(`pip ${oracle.versions.pip}, packaging ${oracle.versions.packaging}, seed ${seed}`)

for (const { kind, share, inputs, answers } of questions) {
  if (values.only !== undefined && kind !== values.only) continue
  const started = performance.now()
  const known = new Map<string, number>()
  const unknown: string[] = []
  let asked = 0
  let accepted = 0
  for (let round = 0; asked < (runs * share) / shares; round++) {
    const given = fc.sample(inputs, { numRuns: batch, seed: seed + round })
    const replies = await oracle.ask(kind, given)
    for (const [i, input] of given.entries()) {
      const { ours, theirs } = answers(input, replies[i])
      asked++
      if (theirs !== null) accepted++
      if (isDeepStrictEqual(ours, theirs)) continue
      const text = Array.isArray(input) ? String(input[0]) : String(input)
      const listed = disagreements.find(each => each.kind === kind && each.is(text, theirs))
      if (listed) known.set(listed.reason, (known.get(listed.reason) ?? 0) + 1)
      else
        unknown.push(
          `  ${JSON.stringify(input)}\n    torchpin: ${JSON.stringify(ours)}\n    theirs:   ${JSON.stringify(theirs)}`,
        )
    }
  }
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`${kind}: ${asked} asked, ${accepted} of them accepted, ${unknown.length} differ, in ${seconds} s`)
  for (const [reason, count] of known) console.log(`  ${count} differ because ${reason}`)
  for (const each of unknown.slice(0, Number(values.show))) console.log(each)
  if (unknown.length > 0) process.exitCode = 1
}
oracle.close()
