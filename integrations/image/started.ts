import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { lastLines, run, start } from './command.ts'
import type { Engine } from './engine.ts'

/** What an application said, and what it printed until then. */
export interface Answered {
  /** 0: it never answered. */
  readonly status: number
  readonly body: string
  readonly printed: string
}

/** Seconds that an application is waited for. */
const LONGEST = 120

/**
 * Starts a container with the command of its image, and asks it one path. Its network is a namespace with nothing but
 * loopback, so that `0.0.0.0` is of the container alone.
 */
export async function ask(engine: Engine, container: string, tag: string, path: string): Promise<Answered> {
  const { Cmd, ExposedPorts } = await engine.config(tag)
  const port = Object.keys(ExposedPorts ?? {})[0]?.replace('/tcp', '')
  const words = engine.inContainer(container, Cmd)
  const namespaces = ['--net', '--pid', '--fork', '--kill-child']
  const child = start(
    'unshare',
    [...namespaces, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...words],
    engine.place,
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (printed += text))
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()))
  try {
    const answer = await answerOf(child, `http://127.0.0.1:${port}${path}`, engine)
    return { ...answer, printed: lastLines(printed) }
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

async function answerOf(child: ChildProcess, url: string, engine: Engine): Promise<{ status: number; body: string }> {
  for (let second = 0; second < LONGEST && child.exitCode === null; second++) {
    // The namespace is that of the child of unshare; the network is of both.
    const words = [
      '--net',
      '--target',
      `${child.pid}`,
      'curl',
      '--silent',
      '--noproxy',
      '*',
      '--write-out',
      '\n%{http_code}',
      url,
    ]
    const { code, stdout } = await run('nsenter', words, engine.place)
    if (code === 0) {
      const [, body = '', status] = /^(.*)\n(\d+)$/s.exec(stdout) ?? []
      return { status: Number(status), body }
    }
    await wait(1000)
  }
  return { status: 0, body: '' }
}
