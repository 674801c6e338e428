// Gives everything that reads what others wrote a large number of generated inputs, one reader after the other:
//   npm run fuzz -- [--runs 1000000] [--seed N] [--only NAME] [--seconds 60]
// `--runs` is for requirements files put together cheaply; the others get a part of it. What fails is printed, shrunk; a round of inputs that does not come
// to an end within `--seconds` is ended. Either way the seed that is printed brings it back.
// TORCHPIN_CORPUS, where it names a folder of requirements files, gives more of them to begin with.

import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fuzzTargets } from '../test/fuzz/targets.ts'
import { type Round, roundSize, roundsOf } from './fuzz/rounds.ts'

/** What a target gets of them, a twentieth unless it is here: those that wait for files or servers get fewer. */
const shares = new Map([
  ['many files', 1],
  ['packed archives', 1 / 50],
  ['tar archives', 1 / 50],
  ['.gitignore', 1 / 100],
  ['settings', 1 / 100],
  ['rewriting', 1 / 500],
])

interface Task {
  readonly name: string
  readonly inputs: number
  readonly seed: number
}

if (isMainThread) await main()
else await work(workerData)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string' },
      seconds: { type: 'string', default: '60' },
    },
  })
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  for (const { name } of fuzzTargets) {
    if (values.only !== undefined && name !== values.only) continue
    const inputs = Math.ceil(Number(values.runs) * (shares.get(name) ?? 1 / 20))
    if (!(await watched({ name, inputs, seed }, Number(values.seconds)))) process.exitCode = 1
  }
}

/** Fuzzes one reader in a thread of its own, which can be ended where it hangs. @returns whether all went well */
async function watched(task: Task, seconds: number): Promise<boolean> {
  const started = performance.now()
  const sum = { inputs: 0, read: 0, slowest: 0 }
  const worker = new Worker(new URL(import.meta.url), { workerData: task })
  const problem = await new Promise<string | undefined>(resolve => {
    const hang = (): void => {
      const round = Math.floor(sum.inputs / roundSize)
      resolve(`no end within ${seconds} s: --only '${task.name}' --seed ${task.seed + round}`)
    }
    let clock = setTimeout(hang, seconds * 1000)
    worker.on('message', ({ inputs, outcomes, slowest, failure }: Round) => {
      clearTimeout(clock)
      clock = setTimeout(hang, seconds * 1000)
      sum.inputs += inputs
      sum.read += outcomes.read
      sum.slowest = Math.max(sum.slowest, slowest)
      if (failure !== undefined) resolve(failure)
    })
    worker.on('error', error => resolve(String(error.stack)))
    worker.on('exit', () => {
      clearTimeout(clock)
      resolve(undefined)
    })
  })
  await worker.terminate()
  const took = (performance.now() - started) / 1000
  const read = `${Math.round((100 * sum.read) / (sum.inputs || 1))} % read`
  console.log(
    `${task.name}: ${sum.inputs} inputs, ${read}, the slowest ${Math.round(sum.slowest)} ms, in ${Math.round(took)} s`,
  )
  if (problem !== undefined) console.log(problem)
  return problem === undefined
}

async function work({ name, inputs, seed }: Task): Promise<void> {
  const target = fuzzTargets.find(target => target.name === name)!
  for await (const round of roundsOf(target, inputs, seed)) parentPort!.postMessage(round)
}
