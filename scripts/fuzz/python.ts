import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A Python that answers for pip and packaging (oracle.py). */
export interface Oracle {
  readonly versions: Readonly<Record<'pip' | 'packaging', string>>
  /** Answers in the order of the inputs. */
  ask(kind: string, inputs: readonly unknown[]): Promise<readonly unknown[]>
  close(): void
}

/** @param project the folder of package.json */
export async function startOracle(
  python: string,
  project: string,
  variables: Readonly<Record<string, string>>,
): Promise<Oracle> {
  const child = spawn(python, [`${project}/scripts/fuzz/oracle.py`, `${project}/fixtures`], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', PIP_CONFIG_FILE: '/dev/null', ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`${python} gives no answer: it needs pip 26.3 and packaging 26.2`)
    return JSON.parse(value)
  }
  return {
    versions: (await next()) as Oracle['versions'],
    async ask(kind, inputs) {
      child.stdin.write(`${JSON.stringify({ kind, inputs })}\n`)
      return (await next()) as unknown[]
    },
    close: () => child.stdin.end(),
  }
}
