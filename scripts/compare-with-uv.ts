// Holds torchpin's resolutions against those of real uv, and what it writes against real pip and uv.
// node scripts/run.js scripts/compare-with-uv.ts --uv <path> --pip <path> [--cache <folder>] [--jobs 3] [--only <part of a name>]
// --resume takes the answers about files that an earlier run with the same --cache got before it was ended.
// TORCHPIN_CORPUS: a folder of more requirements files. TORCHPIN_CPU_WHEEL: a real torch wheel of the CPU index, where there is one.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { version } from '../src/contract/version.ts'
import { serveDescribedIndex } from '../test/loopback/described-index.ts'
import { compare, nothing, type Outcome, type World } from './comparison/compare.ts'
import { inProject, writeDocument } from './comparison/document.ts'
import { type Explanation, explained } from './comparison/explanations.ts'
import { type Results, resultsText } from './comparison/results.ts'
import { run } from './comparison/run.ts'
import { subjectsIn } from './comparison/subjects.ts'
import { pool } from './snapshot/pool.ts'

const { values } = parseArgs({
  options: {
    uv: { type: 'string', default: 'uv' },
    pip: { type: 'string', default: 'pip' },
    cache: { type: 'string' },
    jobs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    resume: { type: 'boolean', default: false },
  },
})
const limit = '2026-11-20T00:00:00Z'
const cache = values.cache ?? (await mkdtemp(join(tmpdir(), 'torchpin-comparison-cache-')))
const installers = { uv: values.uv, pip: values.pip, cache }
const index = await serveDescribedIndex({
  wheel: process.env['TORCHPIN_CPU_WHEEL'],
  assumedUpload: '2026-01-01T00:00:00Z',
})
const world: World = { index, installers, limit }
const corpus = process.env['TORCHPIN_CORPUS']
const all = [...(await subjectsIn(inProject('fixtures/comparison'))), ...(corpus ? await subjectsIn(corpus) : [])]
const subjects = all.filter(({ id }) => id.includes(values.only))

const outcomes = await pool(subjects, Number(values.jobs), async subject => {
  const kept = join(cache, 'outcomes', `${encodeURIComponent(subject.id)}.json`)
  if (values.resume && existsSync(kept)) return JSON.parse(await readFile(kept, 'utf8')) as Outcome
  const started = Date.now()
  try {
    const outcome = await compare(subject, world)
    console.log(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${subject.id}: ${inWords(outcome)}`)
    await mkdir(dirname(kept), { recursive: true })
    await writeFile(kept, JSON.stringify(outcome))
    return outcome
  } catch (error) {
    // A crash is a bug, of torchpin or of the comparison: the run goes on, and fails.
    console.error(subject.id, error)
    process.exitCode = 1
    return nothing
  }
})
await index.close()

const explanations = JSON.parse(
  await readFile(inProject('fixtures/comparison/explanations.json'), 'utf8'),
) as readonly Explanation[]
const results: Results = explained(explanations, {
  date: new Date().toISOString().slice(0, 10),
  limit,
  tools: { torchpin: version, uv: await versionOf(values.uv), pip: await versionOf(values.pip) },
  compared: outcomes.flatMap(({ compared }) => compared),
  differences: outcomes.flatMap(({ differences }) => differences),
  refused: outcomes.flatMap(({ refused }) => refused),
  passedOver: outcomes.flatMap(({ passedOver }) => passedOver),
})
const output = values.only ? join(cache, 'results.json') : inProject('test/comparison/results.json')
await writeFile(output, resultsText(results))
if (!values.only) await writeDocument()
console.log(`${results.compared.length} compared, ${results.differences.length} differences: ${output}`)

async function versionOf(program: string): Promise<string> {
  return /\d+(?:\.\d+)+/.exec((await run(program, ['--version'], '.')).stdout)?.[0] ?? ''
}

function inWords({ compared: [compared], differences, refused: [refused], passedOver: [passed] }: Outcome): string {
  if (passed) return `passed over: ${passed.why}`
  if (refused) return `no set of versions; uv: ${refused.uv.split('\n')[0]}`
  const { packages, uv, pip, newerInPip } = compared!
  const told = differences.map(
    ({ project, torchpin, uv: theirs, torchpinIs, uvAccepts }) =>
      `\n        ${project} ${torchpin}, uv ${theirs}: ${torchpinIs}${uvAccepts ? '' : ', and uv does not accept it'}`,
  )
  return `${packages} packages, uv ${uv}, pip ${pip} (${newerInPip} newer)${told.join('')}`
}
