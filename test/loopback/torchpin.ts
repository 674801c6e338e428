import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const bin = resolve(import.meta.dirname, '../../bin/torchpin.js')

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The real command, away from the settings of this machine. @param home a folder for what it keeps */
export function torchpinIn(home: string) {
  return (
    cwd: string,
    args: readonly string[],
    more: { readonly stdin?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Ran> => {
    const env = {
      PATH: process.env['PATH']!,
      HOME: home,
      PIP_CONFIG_FILE: '/dev/null',
      // Each home is new, and compiled code would be kept in it: test/commands/start.test.ts is about that.
      NODE_DISABLE_COMPILE_CACHE: '1',
      TORCHPIN_CACHE_DIR: join(home, 'cache'),
      ...more.env,
    }
    const child = spawn(process.execPath, [bin, ...args], { cwd, env })
    // A run that ends before it has read everything closes its end.
    child.stdin.on('error', () => undefined)
    child.stdin.end(more.stdin ?? '')
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
    return new Promise(done => child.on('close', code => done({ code, stdout, stderr })))
  }
}
