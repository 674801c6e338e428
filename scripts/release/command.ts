import { spawnSync } from 'node:child_process'

/** Runs a program, its output shown. @throws Error where it cannot be started, or fails */
export function run(program: string, args: readonly string[], cwd = '.'): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (status !== 0) throw new Error(error?.message ?? `${program} ${args[0]} ended with ${status}`)
}

/** What a program prints; its errors are shown. @throws Error where it cannot be started, or fails */
export function output(program: string, args: readonly string[], cwd = '.'): string {
  const { status, error, stdout } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(error?.message ?? `${program} ${args[0]} ended with ${status}`)
  return stdout
}

/** Whether a program can be started and ends well. */
export function works(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
