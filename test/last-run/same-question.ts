import { expect } from 'vitest'
import { type Ran, torchpinIn } from '../loopback/torchpin.ts'

/** What `--verbose` says of an answer that no run worked out. */
const AGAIN = 'note: from the last run\n'

/** Whether an answer was given again. */
export function isAgain({ stderr }: Ran): boolean {
  return stderr.includes(AGAIN)
}

/** An answer without the lines that tell of the run alone, and of the places in the code that an error came by. */
export function withoutRun({ stderr, ...ran }: Ran): Ran {
  const lines = stderr.replace(AGAIN, '').replace(/^note: \d+ requests?, .*\n/m, '')
  return { ...ran, stderr: lines.replace(/^ +at .*\n/gm, '') }
}

/** Asks until the answer is given again: it is kept of the first run that finds all pages in the cache. */
export async function askedUntilKept(ask: () => Promise<Ran>): Promise<Ran> {
  const first = await ask()
  const second = await ask()
  const again = isAgain(second) ? second : await ask()
  expect(again.stderr, 'the third answer is given again, if not the second').toContain(AGAIN)
  expect(withoutRun(again)).toEqual(withoutRun(first))
  return again
}

/** The command with `--verbose`, in a folder. @param home where it keeps what it keeps */
export function asker(home: string) {
  const torchpin = torchpinIn(home)
  return (cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> => {
    const [command = '', ...rest] = args
    return torchpin(cwd, [command, '--verbose', ...rest], { env })
  }
}
