import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Environment } from '../files/environment.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs torchpin with these arguments, in a folder, with these variables. */
export type RunTorchpin = (args: readonly string[], cwd: string, environment: Environment) => Promise<Ran>

/** Runs torchpin as a process of its own. @param bin its command */
export function runTorchpin(bin: string): RunTorchpin {
  return (args, cwd, env) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
    return new Promise((done, fail) =>
      child.on('error', fail).on('close', code => done({ code: code ?? 130, stdout, stderr })),
    )
  }
}

/** Variables that a runner sets for its own purposes: inputs, tokens, and where to write commands to it. */
const ofTheRunner = /^(?:INPUT|STATE|ACTIONS|GITHUB|RUNNER)_/i

/**
 * The variables of a step without those of the runner: the files of a pull request, which anybody may have written, can name
 * variables, and must not get at a token.
 */
export function withoutRunner(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ofTheRunner.test(name)))
}

/** A text for the log in which the runner looks for no commands: an error quotes lines of the files. */
export function quoted(text: string): string {
  if (text === '') return ''
  const token = randomUUID()
  return `::stop-commands::${token}\n${text}\n::${token}::\n`
}
