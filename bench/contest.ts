import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What one run of a command took. */
export interface Run {
  /** Milliseconds. */
  readonly wall: number
  /** Milliseconds of processor time, on all cores. */
  readonly processor: number
  /** The most memory it held at once, in bytes. */
  readonly peak: number
  readonly stderr: string
}

/** Runs a command to its end. @throws Error where it does not end well */
export async function timed(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const { stdout, stderr } = await finish('python3', [besideThis('timed.py'), ...command], env)
  const told = JSON.parse(stdout)
  return { wall: told.wall * 1000, processor: told.processor * 1000, peak: told.peak * 1024, stderr }
}

/** A file of this folder. */
export function besideThis(name: string): string {
  return fileURLToPath(new URL(`../bench/${name}`, `file://${process.argv[1]}`))
}

/** Runs a command to its end. @returns what it printed @throws Error, with its last words, where it does not end well */
export async function finish(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout.on('data', chunk => chunks.stdout.push(chunk))
  child.stderr.on('data', chunk => chunks.stderr.push(chunk))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [stdout, stderr] = [Buffer.concat(chunks.stdout).toString(), Buffer.concat(chunks.stderr).toString()]
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}\n${stderr.slice(-2000)}`)
  return { stdout, stderr }
}

/** Has contenders run in turn, so that a slow minute of the machine is everybody's. @returns the results of each, by name */
export async function inTurn<Result>(
  contenders: Readonly<Record<string, () => Promise<Result>>>,
  runs: number,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map<string, Result[]>(Object.keys(contenders).map(name => [name, []]))
  for (let run = 0; run < runs; run++)
    for (const [name, contend] of Object.entries(contenders)) results.get(name)!.push(await contend())
  return results
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.ceil(middle - 0.5)]!) / 2
}
