import { spawn } from 'node:child_process'

export interface Ended {
  /** Null where it was not found, or a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | undefined
}

/** Runs a program to its end, without a shell and without input. One that is not there ends with the code null. */
export function runProgram(
  [command = '', ...args]: readonly string[],
  { cwd, environment, signal }: ProgramOptions,
): Promise<Ended> {
  const child = spawn(command, args, { cwd, env: environment, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise(done => {
    child.on('error', () => done({ code: null, stdout, stderr }))
    child.on('close', code => done({ code, stdout, stderr }))
  })
}
