import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Options } from '../src/options.ts'
import { rewrite, save } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'

/**
 * Every folder of fixtures/cases is a case: `input` is rewritten on a loopback CPU index whose newest torch is 2.1.0,
 * and must come out as `expected`; `options.json` holds options. {CPU} and {MAIN} stand for the addresses of the indexes.
 */
const folder = resolve(import.meta.dirname, '../fixtures/cases')
const cases = readdirSync(folder)
let indexes: Loopback
let temporary: string

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-cases-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

const filled = (text: string): string => text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main)
const emptied = (text: string): string => text.replaceAll(indexes.cpu, '{CPU}').replaceAll(indexes.main, '{MAIN}')

/** Copies a case into a folder of its own, each file as `change` makes it. */
function laidOut(
  name: string,
  change: (text: string) => string = text => text,
): { cwd: string; options: Partial<Options> } {
  const cwd = mkdtempSync(join(temporary, `${name}-`))
  cpSync(join(folder, name, 'input'), cwd, { recursive: true })
  for (const file of readdirSync(cwd))
    writeFileSync(join(cwd, file), change(filled(readFileSync(join(cwd, file), 'utf8'))))
  const own = join(folder, name, 'options.json')
  const options: Partial<Options> = {
    cwd,
    python: ['3.11'],
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(temporary, 'cache'),
    environment: { PIP_CONFIG_FILE: '/dev/null', HOME: temporary },
    ...(existsSync(own) ? JSON.parse(readFileSync(own, 'utf8')) : {}),
  }
  return { cwd, options }
}

const contents = (cwd: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(cwd)
      .sort()
      .map(file => [file, readFileSync(join(cwd, file), 'utf8')]),
  )

describe.each(cases)('%s', name => {
  test('comes out as expected', async () => {
    const { cwd, options } = laidOut(name)
    await save(await rewrite(['requirements.txt'], options))
    const now = Object.fromEntries(Object.entries(contents(cwd)).map(([file, text]) => [file, emptied(text)]))
    for (const [file, text] of Object.entries(now))
      await expect(text).toMatchFileSnapshot(join(folder, name, 'expected', file))
  })

  test('a second run changes nothing', async () => {
    const { cwd, options } = laidOut(name)
    await save(await rewrite(['requirements.txt'], options))
    const after = contents(cwd)
    const { result, rewritten } = await rewrite(['requirements.txt'], options)
    expect(rewritten).toEqual([])
    expect(result.files.flatMap(file => file.changes)).toEqual([])
    expect(contents(cwd)).toEqual(after)
  })

  test.each([
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['without a final newline', (text: string) => text.replace(/\n$/, '')],
    ['with a byte order mark', (text: string) => `\uFEFF${text}`],
  ])('the same %s', async (_, change) => {
    const { cwd, options } = laidOut(name, change)
    await save(await rewrite(['requirements.txt'], options))
    for (const [file, text] of Object.entries(contents(cwd)))
      expect(text).toBe(change(filled(readFileSync(join(folder, name, 'expected', file), 'utf8'))))
  })
})
