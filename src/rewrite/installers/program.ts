import { spawn } from 'node:child_process'
import { unrepeatable } from '../../files/machine/run-notes.ts'

export interface Ended {
  /** Null where it was not found, or a signal ended it. */
  readonly code: number | null
  /** At most the first characters that are kept. */
  readonly stdout: string
  /** At most the last characters that are kept. */
  readonly stderr: string
}

export interface ProgramOptions {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | undefined
  /** Characters that are kept of each of its outputs; left out, 65,536. */
  readonly most?: number
}

const MOST = 64 * 1024

/**
 * Runs a program to its end, without a shell and without input. One that is not there ends with the code null.
 * @param command the whole path of the program, so that none is looked for, and its arguments
 */
export function runProgram(
  [program = '', ...args]: readonly string[],
  { cwd, environment, signal, most = MOST }: ProgramOptions,
): Promise<Ended> {
  unrepeatable('a program of this machine was run')
  const child = spawn(program, args, { cwd, env: environment, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (stdout = (stdout + text).slice(0, most)))
  child.stderr.setEncoding('utf8').on('data', text => (stderr = (stderr + text).slice(-most)))
  return new Promise(done => {
    child.on('error', () => done({ code: null, stdout, stderr }))
    child.on('close', code => done({ code, stdout, stderr }))
  })
}
