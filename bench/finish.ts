import { spawn } from 'node:child_process'

/**
 * Runs a command to its end; its standard output is let go.
 * @returns its standard error
 * @throws Error, with the last of that, where it does not end well
 */
export async function finish(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const [file = '', ...args] = command
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const chunks: Buffer[] = []
  child.stderr.on('data', chunk => chunks.push(chunk))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const stderr = Buffer.concat(chunks).toString()
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}\n${stderr.slice(-2000)}`)
  return stderr
}
