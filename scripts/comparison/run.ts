import { spawn } from 'node:child_process'

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Minutes until a program that does not come to an end is ended. */
const patience = 10

/** What the programs compared get of the environment: nothing that would point them to other indexes. */
export function cleanEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || (/^(?:PIP|UV)_/.test(name) && name !== 'PIP_CERT') ? [] : [[name, value] as const],
  )
  return { ...Object.fromEntries(own), PIP_CONFIG_FILE: '/dev/null', UV_NO_CONFIG: '1', UV_NO_PROGRESS: '1' }
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Finished> {
  const child = spawn(command, args, { cwd, env: cleanEnvironment(), timeout: patience * 60_000 })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (part: string) => (text[name] += part))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, ...text }))
  })
}
