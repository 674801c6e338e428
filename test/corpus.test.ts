import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { diffArrays } from 'diff'
import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../src/contract/errors.ts'
import { decode } from '../src/files/encoding.ts'
import { parseRequirements } from '../src/formats/requirements/parse.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { positionAt } from '../src/text/position.ts'
import { sandbox } from './sandbox.ts'

/** Requirements files of real repositories, in the folder that TORCHPIN_CORPUS names; passed over where it names none. */
const corpus = process.env['TORCHPIN_CORPUS']
const files = corpus
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
      file => /\.(?:txt|in|lock)$/.test(file) && statSync(join(corpus, file)).isFile(),
    )
  : []

const { temporary: cache, environment } = sandbox()

const text = (bytes: Uint8Array): string => {
  const decoded = decode(bytes)
  if ('problem' in decoded) throw new Error(decoded.problem)
  return decoded.text
}

describe.skipIf(!corpus)('a real file', () => {
  test.each(files)('%s: a rewrite changes only the lines it names, or refuses', async file => {
    const cwd = resolve(corpus!)
    const before = readFileSync(join(cwd, file))
    try {
      const { result, rewritten } = await rewrite([file], {
        cwd,
        python: ['3.11'],
        offline: true,
        pin: 'torch',
        sizes: false,
        environment,
        cacheDir: cache,
      })
      for (const { absolute, before, after } of rewritten) {
        const { changes } = result.files.find(({ path }) => resolve(cwd, path) === absolute)!
        expect(
          changedLines(text(before), text(after)).filter(line => !namedLines(text(before), changes).has(line)),
        ).toEqual([])
      }
    } catch (error) {
      // Offline, much is not known; what must not happen is anything but a clear refusal.
      expect(error).toBeInstanceOf(TorchpinError)
    }
    expect(readFileSync(join(cwd, file)).equals(before)).toBe(true)
  })
})

const lines = (source: string): string[] => source.split(/(?<=\n)/)

function changedLines(before: string, after: string): number[] {
  const changed: number[] = []
  let line = 1
  for (const { added, removed, count } of diffArrays(lines(before), lines(after))) {
    if (added) continue
    if (removed) for (let i = 0; i < count; i++) changed.push(line + i)
    line += count
  }
  return changed
}

function namedLines(source: string, changes: readonly { action: string; line: number }[]): Set<number> {
  const named = new Set<number>()
  const { statements } = parseRequirements(source)
  for (const { action, line } of changes) {
    if (action === 'inject' || action === 'add') continue
    const statement = statements.find(({ span }) => positionAt(source, span.start).line === line)!
    let last = positionAt(source, statement.span.end - 1).line
    // The annotations below an entry go with it.
    if (action === 'remove') while (/^[ \t]+#/.test(lines(source)[last] ?? '')) last++
    for (let i = line; i <= last; i++) named.add(i)
  }
  return named
}
