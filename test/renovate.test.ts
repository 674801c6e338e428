import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rewrite, save } from '../src/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { repositoryWith } from './workspace/temporary.ts'

let indexes: Loopback
beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
})
afterAll(() => indexes.close())

const settings = '{ "extends": ["config:recommended"] }'
const registries = '{ "packageRules": [{ "matchPackageNames": ["torch"], "registryUrls": ["https://example.org"] }] }'

/** What is said of Renovate about requirements.txt, by line. */
async function said(text: string, renovate: string | undefined, indexStyle: 'auto' | 'find-links' = 'auto') {
  const cwd = repositoryWith({
    'requirements.txt': text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main),
    ...(renovate === undefined ? {} : { 'renovate.json': renovate }),
  })
  const run = async () => {
    const done = await rewrite(['requirements.txt'], {
      cwd,
      python: ['3.11'],
      cpuIndexUrl: indexes.cpu,
      indexUrl: indexes.main,
      indexStyle,
      cacheDir: join(cwd, '.cache'),
      environment: { PIP_CONFIG_FILE: '/dev/null', HOME: cwd },
      sizes: false,
    })
    await save(done)
    return done.result.files[0]!.diagnostics.filter(({ code }) => code === 'renovate-other-index').map(
      ({ line }) => line,
    )
  }
  const first = await run()
  // What is told is about the file as it will be, so the next run tells the same.
  expect(await run()).toHaveLength(first.length)
  return first
}

describe('that Renovate does not ask the CPU index', () => {
  test.each<[id: string, text: string, renovate: string | undefined, style: 'auto' | 'find-links', lines: number[]]>([
    ['is said beside a main index', '--index-url {MAIN}\n--extra-index-url {CPU}\ntorch>=2\n', settings, 'auto', [3]],
    ['is said of the page that torchpin writes', 'flask\ntorch>=2\n', settings, 'find-links', [2]],
    ['is said of a torch that a line gets beside itself', 'sentence-transformers\n', settings, 'find-links', [1]],
    ['is not said of the index line that torchpin writes', 'torch>=2\n', settings, 'auto', []],
    ['is not said without Renovate', 'torch>=2\n', undefined, 'find-links', []],
    ['is not said where a rule names registries', 'torch>=2\n', registries, 'find-links', []],
    ['is not said of a file without torch', 'flask>=2\n', settings, 'find-links', []],
  ])('%s', async (_, text, renovate, style, lines) => {
    expect(await said(text, renovate, style)).toEqual(lines)
  })
})
