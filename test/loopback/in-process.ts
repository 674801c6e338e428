import { join } from 'node:path'
import { main } from '../../src/commands/main.ts'
import type { Ran } from './torchpin.ts'

/** The streams whose text a run gives. */
type Output = 'stdout' | 'stderr'

/**
 * The command as `torchpinIn` runs it, within this process: from the arguments to the text of both streams and the exit code,
 * without a start of Node, which takes longer than most runs. What is about the process itself (signals, standard input,
 * descriptors) is for `torchpinIn`. One run at a time: folder, arguments and variables are those of the process meanwhile.
 *
 * @param home a folder for what it keeps
 */
export function commandIn(home: string) {
  return async (
    cwd: string,
    args: readonly string[],
    { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Ran> => {
    const { argv, env: variables, exitCode } = process
    const before = process.cwd()
    const written = { stdout: '', stderr: '' }
    const releases = (['stdout', 'stderr'] as const).map(stream =>
      divert(stream, text => {
        written[stream] += text
      }),
    )
    process.argv = [process.execPath, 'torchpin', ...args]
    process.env = {
      PATH: variables['PATH'],
      HOME: home,
      PIP_CONFIG_FILE: '/dev/null',
      TORCHPIN_CACHE_DIR: join(home, 'cache'),
      ...env,
    }
    process.exitCode = undefined
    process.chdir(cwd)
    try {
      await main()
      return { code: Number(process.exitCode ?? 0), ...written }
    } finally {
      process.chdir(before)
      Object.assign(process, { argv, env: variables, exitCode })
      for (const release of releases) release()
    }
  }
}

/** Has what is written to a stream of this process go elsewhere, until the function that it gives is called. */
function divert(stream: Output, take: (text: string) => void): () => void {
  const { write } = process[stream]
  const diverted = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    for (const last of rest) if (typeof last === 'function') queueMicrotask(() => last())
    return true
  }
  process[stream].write = diverted as typeof write
  return () => {
    process[stream].write = write
  }
}
