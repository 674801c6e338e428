import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { LayerThreads } from '../../src/audit/layer-threads.ts'
import type { Progress } from '../../src/contract/options.ts'
import { UnfitFile } from '../../src/files/regular-file.ts'
import { sandbox } from '../sandbox.ts'

const { temporary } = sandbox()
const built = new URL('../../dist/layer-thread.js', import.meta.url)
const place = (path: string) => ({ path, offset: 0, size: 1 })
const running: LayerThreads[] = []
let scripts = 0

/** Threads that run a script, to which each task comes as `task`; `report` sends a message. */
function threadsOf(onTask: string, signal?: AbortSignal) {
  const path = join(temporary, `thread-${scripts++}.mjs`)
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads'
    const report = message => parentPort.postMessage(message)
    const blob = { kind: 'unusable', problem: 'as it is' }
    parentPort.on('message', async task => { ${onTask} })`,
  )
  const progress: Progress[] = []
  const threads = new LayerThreads(
    'image.tar',
    { signal, onProgress: event => void progress.push(event) },
    pathToFileURL(path),
  )
  running.push(threads)
  return { threads, progress, read: threads.readApart! }
}

const paths = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const reasons = async (found: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(found)).map(each =>
    each.status === 'rejected' ? String(each.reason.message) : each.status,
  )

afterEach(async () => {
  for (const threads of running.splice(0)) await threads.end()
})

describe('threads that read layers', () => {
  test('read more files than there are threads, and say how far they are', async () => {
    const { read, progress } = threadsOf('report({ read: 1e6, path: task.path }); report({ blob })')
    const found = await Promise.all(paths.map(path => read(place(path))))
    expect(found).toEqual(paths.map(() => ({ kind: 'unusable', problem: 'as it is' })))
    expect(progress.map(({ name }) => name).sort()).toEqual(paths)
    expect(progress.at(-1)!.done).toBe(paths.length)
  })

  test('take what comes after a result for progress', async () => {
    const { read, progress } = threadsOf('report({ blob }); report({ read: 1e6, path: task.path })')
    for (const path of paths) await read(place(path))
    expect(progress.every(({ name }) => paths.includes(name!))).toBe(true)
  })

  test.each([
    { id: 'reports a failure', onTask: "report({ failed: { message: 'no', code: 'EIO' } })", message: 'no' },
    { id: 'throws', onTask: "throw new Error('thrown')", message: 'thrown' },
    { id: 'ends', onTask: 'process.exit(0)', message: /^the thread that read \w ended before its time$/ },
  ])('fail for all that is asked for when one $id, then and later', async ({ onTask, message }) => {
    const { read } = threadsOf(onTask)
    const first = await reasons(paths.map(path => read(place(path))))
    expect(first.every(reason => reason === first[0])).toBe(true)
    expect(first[0]).toMatch(message)
    expect(await reasons([read(place('later'))])).toEqual([first[0]])
  })

  test('fail when the run is interrupted, and when they are ended', async () => {
    const interrupt = new AbortController()
    const interrupted = threadsOf('', interrupt.signal)
    const found = interrupted.read(place('a'))
    interrupt.abort(new Error('interrupted'))
    expect(await reasons([found, interrupted.read(place('b'))])).toEqual(['interrupted', 'interrupted'])

    const ended = threadsOf('')
    const waiting = ended.read(place('a'))
    const outcome = reasons([waiting])
    await ended.threads.end()
    expect(await outcome).toEqual(['the threads that read layers have ended'])
    expect(await reasons([ended.read(place('b'))])).toEqual(['the threads that read layers have ended'])
  })
})

describe('what the operating system says reaches the caller as it is said without threads', () => {
  const outcomeOf = async (archive: string) => {
    const threads = new LayerThreads(archive, { signal: undefined, onProgress: () => {} }, built)
    running.push(threads)
    return threads.readApart!(place('a')).catch((error: unknown) => error)
  }

  test('of a file that is gone', async () => {
    expect(await outcomeOf(join(temporary, 'gone.tar'))).toMatchObject({ code: 'ENOENT', syscall: 'open' })
  })

  test('of what is no file', async () => {
    const error = await outcomeOf(temporary)
    expect(error).toBeInstanceOf(UnfitFile)
    expect((error as UnfitFile).why).toBe('is a folder')
  })
})
