import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DamagedRecord } from '../../src/contract/errors.ts'
import { openRegularSync } from '../../src/files/regular-file.ts'
import { diskStore } from '../../src/package-index/disk-store.ts'
import { contentAt, encodeBatch, partsAt, placesIn } from '../../src/package-index/pack.ts'
import { newestIn, openPacks, tidy } from '../../src/package-index/pack-folder.ts'
import type { Parts } from '../../src/package-index/parts.ts'
import { runs } from '../full.ts'
import { temporaryFolder } from './server.ts'

const folder = temporaryFolder
const packsOf = (cache: string) => readdirSync(cache).filter(name => name.endsWith('.pack'))
const trouble = (cause: Error) => {
  throw cause
}
const storeIn = (cache: string) => diskStore(join(cache, 'v3'), trouble)

/** What is read from a pack of these bytes, at once or in parts: keys and contents. */
function read(bytes: Uint8Array): (readonly [string, string | undefined])[] {
  const path = join(mkdtempSync(join(tmpdir(), 'torchpin-pack-')), 'x.pack')
  writeFileSync(path, bytes)
  return [...placesIn(openRegularSync(path))].map(place => {
    const content = contentAt(place)?.toString('latin1')
    const parts = partsAt(place)
    // Of a large record that is damaged, the parts can be read that are not.
    expect(parts && inPieces(parts)).toBe(content)
    if (parts && content !== undefined)
      for (const [start, end] of [
        [0, 1],
        [parts.length >> 1, parts.length],
        [parts.length >> 2, parts.length >> 1],
      ] as const)
        expect(parts.read(start, end).toString('latin1')).toBe(content.slice(start, end))
    return [place.key, content] as const
  })
}

/** All of it, from the end to the beginning; undefined where a part is damaged. */
function inPieces(parts: Parts): string | undefined {
  const piece = Math.max(1, parts.length >> 2)
  let text = ''
  try {
    for (let end = parts.length; end > 0; end -= piece)
      text = parts.read(Math.max(0, end - piece), end).toString('latin1') + text
    return text
  } catch (error) {
    expect(error).toBeInstanceOf(DamagedRecord)
    return undefined
  }
}

const record = fc.record({
  key: fc.string({ maxLength: 20 }),
  time: fc.nat(),
  // Some are so large that they are read in parts.
  content: fc
    .tuple(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(1, 1, 2000))
    .map(([content, times]) => Buffer.concat(new Array(times).fill(content))),
})
const batchesOfRecords = fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
const latin1 = (content: Uint8Array) => Buffer.from(content).toString('latin1')

describe('a pack', () => {
  test('gives what was written, in its order', () => {
    fc.assert(
      fc.property(batchesOfRecords, batches => {
        expect(read(Buffer.concat(batches.flatMap(encodeBatch)))).toEqual(
          batches.flat().map(({ key, content }) => [key, latin1(content)]),
        )
      }),
      { numRuns: runs(20, 100) },
    )
  })

  test('is the same whether a content comes in one piece or in several', () => {
    fc.assert(
      fc.property(record, fc.array(fc.nat(), { maxLength: 3 }), (whole, cuts) => {
        const places = [0, ...cuts.map(cut => cut % (whole.content.length + 1)), whole.content.length].sort(
          (a, b) => a - b,
        )
        const pieces = places.slice(1).map((end, i) => whole.content.subarray(places[i], end))
        expect(latin1(Buffer.concat(encodeBatch([{ ...whole, content: pieces }])))).toBe(
          latin1(Buffer.concat(encodeBatch([whole]))),
        )
      }),
      { numRuns: runs(30, 200) },
    )
  })

  test('that is cut anywhere gives what was written, or nothing', () => {
    fc.assert(
      fc.property(batchesOfRecords, fc.nat(), (batches, cut) => {
        const bytes = Buffer.concat(batches.flatMap(encodeBatch))
        const whole = batches.flat().map(({ key, content }) => [key, latin1(content)])
        const left = read(bytes.subarray(0, cut % (bytes.length + 1)))
        expect(left).toEqual(whole.slice(0, left.length))
      }),
      { numRuns: runs(30, 200) },
    )
  })

  test('of which any bit is turned gives what was written, or nothing', () => {
    fc.assert(
      fc.property(batchesOfRecords, fc.nat(), fc.nat(7), (batches, at, bit) => {
        const bytes = Buffer.concat(batches.flatMap(encodeBatch))
        if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << bit
        const written = new Set(batches.flat().map(({ key, content }) => JSON.stringify([key, latin1(content)])))
        for (const [key, content] of read(bytes))
          if (content !== undefined) expect(written).toContain(JSON.stringify([key, content]))
      }),
      { numRuns: runs(60, 400) },
    )
  })

  test.each([
    ['of other bytes', Buffer.from('nonsense '.repeat(100))],
    ['that announces more than there is', Buffer.concat([Buffer.from('TPK2'), Buffer.alloc(100, 0xff)])],
    ['that is empty', Buffer.alloc(0)],
  ])('%s has no records', (_, bytes) => {
    expect(read(bytes)).toEqual([])
  })
})

describe('a folder of packs', () => {
  test('gives the newest of each key, whichever store wrote it', async () => {
    const cache = folder()
    for (const content of ['one', 'two', 'three']) {
      await storeIn(cache).put('a', content)
      await storeIn(cache).put(content, content)
      await new Promise(done => setTimeout(done, 2))
    }
    const store = storeIn(cache)
    expect((await store.get('a'))?.toString()).toBe('three')
    expect((await store.get('one'))?.toString()).toBe('one')
    expect(await store.get('four')).toBeUndefined()
    await store.put('a', 'four')
    expect((await store.get('a'))?.toString()).toBe('four')
  })

  test('stays a handful of files, however many stores write', async () => {
    const cache = folder()
    for (let i = 0; i < 40; i++) await storeIn(cache).put(`key ${i}`, `content ${i}`)
    expect(packsOf(join(cache, 'v3')).length).toBeLessThan(12)
    const store = storeIn(cache)
    for (let i = 0; i < 40; i++) expect((await store.get(`key ${i}`))?.toString()).toBe(`content ${i}`)
  })

  test('keeps the newest within its bound', async () => {
    const cache = folder()
    mkdirSync(join(cache, 'drafts'))
    for (let i = 0; i < 10; i++)
      appendFileSync(
        join(cache, `${i}-0123456789ab.pack`),
        Buffer.concat(encodeBatch([{ key: `${i}`, time: i, content: Buffer.alloc(1000) }])),
      )
    await tidy(cache, 5000)
    expect([...newestIn(openPacks(cache)).keys()].sort()).toEqual(['8', '9'])
    expect(packsOf(cache).reduce((sum, name) => sum + statSync(join(cache, name)).size, 0)).toBeLessThan(5000)
  })

  test('leaves behind what is damaged when packs become one', async () => {
    const cache = folder()
    mkdirSync(join(cache, 'drafts'))
    for (let i = 0; i < 10; i++) {
      const bytes = Buffer.concat(encodeBatch([{ key: `${i}`, time: i, content: Buffer.from(`content ${i}`) }]))
      if (i === 3) bytes[bytes.length - 1]! ^= 1
      writeFileSync(join(cache, `${i}-0123456789ab.pack`), i === 4 ? bytes.subarray(0, 30) : bytes)
    }
    await tidy(cache)
    expect(packsOf(cache)).toHaveLength(1)
    expect([...newestIn(openPacks(cache)).keys()].sort()).toEqual(['0', '1', '2', '5', '6', '7', '8', '9'])
  })

  test('a store whose pack became part of another goes on writing', async () => {
    const cache = folder()
    const store = storeIn(cache)
    await store.put('before', 'x')
    for (let i = 0; i < 12; i++) await storeIn(cache).put(`${i}`, 'y')
    await store.put('after', 'z')
    const other = storeIn(cache)
    expect((await other.get('before'))?.toString()).toBe('x')
    expect((await other.get('after'))?.toString()).toBe('z')
  })

  test('what earlier versions kept goes, and nothing else that lies there', async () => {
    const cache = folder()
    const earlier = join(cache, 'v2')
    for (const name of ['0a', 'mine']) mkdirSync(join(earlier, name), { recursive: true })
    writeFileSync(join(earlier, '0a', '0'.repeat(62)), 'an entry')
    writeFileSync(join(earlier, '0a', 'notes'), 'mine')
    writeFileSync(join(earlier, 'mine', '0'.repeat(62)), 'mine')
    await storeIn(cache).put('a', 'b')
    const left = readdirSync(earlier, { recursive: true, encoding: 'utf8' }).sort()
    expect(left).toEqual(['0a', join('0a', 'notes'), 'mine', join('mine', '0'.repeat(62))])
  })

  test('eight processes that write and read at once see what was written, or nothing', async () => {
    const cache = folder()
    const script = join(cache, 'writer.mjs')
    writeFileSync(script, bundled())
    const { spawn } = await import('node:child_process')
    const codes = await Promise.all(
      Array.from(
        { length: 8 },
        (_, i) =>
          new Promise<number | null>(done =>
            spawn(process.execPath, [script, join(cache, 'v3'), `${i}`], { stdio: 'inherit' }).on('close', done),
          ),
      ),
    )
    expect(codes).toEqual(Array.from({ length: 8 }, () => 0))
    const store = storeIn(cache)
    let found = 0
    for (let i = 0; i < 8; i++)
      for (let n = 0; n < 30; n++) {
        const content = (await store.get(`${i} ${n}`))?.toString()
        if (content !== undefined) found++
        expect([undefined, `${i} ${n} `.repeat(100 + n)]).toContain(content)
      }
    expect(found).toBeGreaterThan(120)
  })
})

/** A program that writes 30 entries, each by a new store, and reads those of all. */
function bundled(): string {
  const program = `
    import { diskStore } from './src/package-index/disk-store.ts'
    const [, , folder, own] = process.argv
    for (let n = 0; n < 30; n++) {
      const store = diskStore(folder, error => { throw error })
      await store.put(own + ' ' + n, (own + ' ' + n + ' ').repeat(100 + n))
      for (let i = 0; i < 8; i++) {
        const content = (await diskStore(folder, () => {}).get(i + ' ' + n))?.toString()
        if (content !== undefined && content !== (i + ' ' + n + ' ').repeat(100 + n)) process.exit(1)
      }
    }`
  return execFileSync(
    process.execPath,
    ['node_modules/esbuild/bin/esbuild', '--bundle', '--platform=node', '--format=esm', '--loader=ts'],
    { input: program, encoding: 'utf8' },
  )
}
