import { spawnSync } from 'node:child_process'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { torch, verifiedIn, withUv } from './installers/verified.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** `--verify` with the real pip and uv; passed over where they are not installed. */

const box = sandbox(cpu2023, main2023)
const { indexes } = box
const verified = verifiedIn(box)

const answers = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0
const python = /^Python (3\.\d+)/.exec(spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
const hasPip =
  python === '3.11' &&
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  answers('python3', ['-m', 'pip', '--version'])
const hasUv = answers('uv', ['--version'])

const answersOfAnIndex: readonly {
  readonly how: string
  readonly answer: (response: ServerResponse) => void
  readonly code: string
}[] = [
  { how: 'hangs up', answer: response => response.destroy(), code: 'INDEX_UNREACHABLE' },
  ...[503, 500].map(status => ({
    how: `answers ${status}`,
    answer: (response: ServerResponse) => void response.writeHead(status).end(),
    code: 'INDEX_UNREACHABLE',
  })),
  // The answer of the CPU index, too, for what it does not have.
  ...[404, 403].map(status => ({
    how: `answers ${status}`,
    answer: (response: ServerResponse) => void response.writeHead(status).end(),
    code: 'VERIFY_FAILED',
  })),
]

/** The main index, in front of which stands a server that lets torchpin alone through. */
async function gated(answer: (response: ServerResponse) => void): Promise<Partial<Options>> {
  const gate = createServer(async (request, response) => {
    if (request.headers['user-agent'] !== 'torchpin') return answer(response)
    const url = new URL(request.url!, indexes.main)
    const found = await fetch(url, { method: request.method!, headers: request.headers as Record<string, string> })
    response.writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await found.arrayBuffer()))
  })
  await new Promise<void>(done => gate.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    gate.closeAllConnections()
    gate.close()
  })
  return { indexUrl: `http://127.0.0.1:${(gate.address() as AddressInfo).port}/simple` }
}

describe('the real ones', () => {
  const broken = {
    ...torch,
    'requirements.txt': 'torch>=2.0\nno-such-project @ {MAIN}/no_such_project-1-py3-none-any.whl\n',
  }
  test.skipIf(!hasPip)('pip takes what torchpin wrote, and refuses what cannot be had', async () => {
    expect((await verified(torch, 'real')).verified).toContain('pip')
    expect((await verified(broken, 'real')).error?.code).toBe('VERIFY_FAILED')
  })
  test.skipIf(!hasPip).each(answersOfAnIndex)('pip, of an index that $how', async ({ answer, code }) => {
    const { error } = await verified(torch, 'real', await gated(answer))
    expect(error?.code).toBe(code)
  })
  test.skipIf(!hasUv).each(answersOfAnIndex)('uv, of an index that $how', async ({ answer, code }) => {
    const { error } = await verified(withUv, 'real', await gated(answer))
    expect(error?.code).toBe(code)
  })
  test.skipIf(!hasUv)('uv takes what torchpin wrote', async () => {
    expect((await verified(withUv, 'real')).verified).toContain('uv')
  })
})
