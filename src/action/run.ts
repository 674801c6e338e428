import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Environment } from './inputs.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs torchpin as a process of its own, without the inputs: a token is nothing to it. */
export function runTorchpin(bin: string, args: readonly string[], cwd: string, environment: Environment): Promise<Ran> {
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('INPUT_')))
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise((done, fail) =>
    child.on('error', fail).on('close', code => done({ code: code ?? 130, stdout, stderr })),
  )
}

/** A text for the log in which the runner looks for no commands: an error quotes lines of the files. */
export function quoted(text: string): string {
  if (text === '') return ''
  const token = randomUUID()
  return `::stop-commands::${token}\n${text}\n::${token}::\n`
}
