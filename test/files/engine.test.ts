import { Script } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { beginShortRun, endShortRun, leaveWasmUnoptimized } from '../../src/files/machine/engine.ts'

/** All have one length, by which V8 tells code of one source from that of another; each is new, so that it has compiled none yet. */
let sources = 1000
const source = () => `(function () { return ${++sources} })`
const usual = new Script(source()).createCachedData()

/** V8 takes compiled code only from a V8 with the same flags. */
const asUsual = () => new Script(source(), { cachedData: usual }).cachedDataRejected === false

const given = [...process.execArgv]
beforeEach(() => {
  process.execArgv.length = 0
  vi.stubEnv('NODE_OPTIONS', undefined)
})
afterEach(() => {
  endShortRun()
  process.execArgv.push(...given)
  vi.unstubAllEnvs()
})

test('a short run leaves out work of V8, and its end takes that back', () => {
  expect(asUsual()).toBe(true)
  beginShortRun()
  beginShortRun()
  expect(asUsual()).toBe(false)
  endShortRun()
  endShortRun()
  expect(asUsual()).toBe(true)
})

test('it ends with the process, and waits for that no longer once it has ended', () => {
  beginShortRun()
  expect(process.listeners('exit')).toContain(endShortRun)
  endShortRun()
  expect(process.listeners('exit')).not.toContain(endShortRun)
})

test('a run that goes on is none', async () => {
  beginShortRun()
  const began = process.cpuUsage()
  while (process.cpuUsage(began).user < 500_000);
  await vi.waitFor(() => expect(asUsual()).toBe(true), { timeout: 60_000, interval: 50 })
})

test.each([
  ['on the command line', () => process.execArgv.push('--no-opt')],
  ['in the environment', () => vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=4096')],
])('flags %s are not touched', (_, give) => {
  give()
  beginShortRun()
  expect(asUsual()).toBe(true)
})

test('WebAssembly is left unoptimized in a process of torchpin, until it ends', () => {
  beginShortRun()
  endShortRun()
  const earlier = new Set(process.listeners('exit'))
  leaveWasmUnoptimized()
  expect(asUsual()).toBe(false)
  const [atExit] = process.listeners('exit').filter(listener => !earlier.has(listener))
  process.off('exit', atExit!)
  atExit!(0)
  expect(asUsual()).toBe(true)
})
