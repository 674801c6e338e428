import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Environment } from './inputs.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a runner sets for its own ends: inputs, tokens, and where to write commands to it. */
const ofTheRunner = /^(?:INPUT|STATE|ACTIONS|GITHUB|RUNNER)_/i

/**
 * Runs torchpin as a process of its own, without what the runner sets: files of a pull request, which may be anybody's, can
 * name variables, and a token is nothing to them.
 */
export function runTorchpin(bin: string, args: readonly string[], cwd: string, environment: Environment): Promise<Ran> {
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !ofTheRunner.test(name)))
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
