import { describe, expect, test } from 'vitest'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'
import { repositoryWith } from './workspace/temporary.ts'

const { indexes, optionsIn } = sandbox(cpu2023, main2023)

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
      ...optionsIn(cwd),
      indexStyle,
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
