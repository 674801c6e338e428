import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Options } from '../src/options.ts'
import { rewrite, save } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'

/**
 * Every folder of fixtures/monorepos is a repository: `input` is rewritten as a whole and must come out as `expected`.
 * `{CPU}` stands for the index of CPU builds; `units.json` tells what belongs together and what it is for.
 */
const folder = resolve(import.meta.dirname, '../fixtures/monorepos')
let indexes: Loopback
let temporary: string

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-monorepos-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

function laidOut(name: string): Partial<Options> {
  const cwd = mkdtempSync(join(temporary, `${name}-`))
  cpSync(join(folder, name, 'input'), cwd, { recursive: true })
  mkdirSync(join(cwd, '.git'))
  const own = join(folder, name, 'options.json')
  return {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(temporary, 'cache'),
    environment: { PIP_CONFIG_FILE: '/dev/null', HOME: temporary },
    ...(existsSync(own) ? JSON.parse(readFileSync(own, 'utf8')) : {}),
  }
}

function filesBelow(path: string): string[] {
  const all = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return all.filter(file => !file.startsWith('.git') && statSync(join(path, file)).isFile()).sort()
}

describe.each(readdirSync(folder))('%s', name => {
  test('comes out as expected, and a second run changes nothing', async () => {
    const options = laidOut(name)
    const done = await rewrite(['.'], options)
    await save(done)
    for (const file of filesBelow(options.cwd!)) {
      const text = readFileSync(join(options.cwd!, file), 'utf8').replaceAll(indexes.cpu, '{CPU}')
      await expect(text).toMatchFileSnapshot(join(folder, name, 'expected', file))
    }
    const units = done.result.units.map(({ files, target: { python, source } }) => ({ files, python, source }))
    await expect(`${JSON.stringify(units, null, 2)}\n`).toMatchFileSnapshot(join(folder, name, 'units.json'))
    const again = await rewrite(['.'], options)
    expect(again.rewritten).toEqual([])
  })
})
