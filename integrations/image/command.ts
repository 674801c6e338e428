import { type ChildProcess, spawn } from 'node:child_process'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a program is started: where, and with which variables. */
export interface Place {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Minutes after which a program is ended: a build of several gigabytes takes some ten. */
const LONGEST = 40

/** Something that this machine lacks, and without which nothing can be tried: a reason to skip, not to fail. */
export class Lacking extends Error {}

const running = new Set<ChildProcess>()

/** Ends what is running: nothing of it may outlive this process. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Starts a program that ends with this process. */
export function start(program: string, words: readonly string[], { cwd, env }: Place) {
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST * 60_000 })
  running.add(child)
  child.on('close', () => running.delete(child))
  return child
}

/** Runs a program to its end. Not spawnSync: this very process answers as the index of CPU builds. */
export function run(program: string, words: readonly string[], place: Place): Promise<Ran> {
  const child = start(program, words, place)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise(done => {
    child.on('error', ({ message }) => done({ code: null, stdout, stderr: `${stderr}${message}` }))
    child.on('close', code => done({ code, stdout, stderr }))
  })
}

/** @returns standard output @throws Error with the last lines where the program fails */
export async function output(program: string, words: readonly string[], place: Place): Promise<string> {
  const { code, stdout, stderr } = await run(program, words, place)
  if (code !== 0) throw new Error(`${program} ${words.join(' ')}: exit code ${code}\n${lastLines(stdout + stderr)}`)
  return stdout
}

export function lastLines(text: string, lines = 12): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
