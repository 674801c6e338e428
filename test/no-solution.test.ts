import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../src/contract/errors.ts'
import type { Options } from '../src/contract/options.ts'
import { describeError } from '../src/report/error.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** Whole runs, on loopback indexes, of files that nothing satisfies. */

const { indexes, temporary: cwd, optionsIn } = sandbox(cpu2023, main2023)

const filled = (text: string): string => text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main)

/** What the person at the terminal reads; the files are as they were. */
async function refusal(files: Readonly<Record<string, string>>, more: Partial<Options> = {}): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), filled(text))
  const options = {
    ...optionsIn(cwd),
    sizes: false,
    ...more,
  }
  const error = await rewrite(['requirements.txt'], options).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(error instanceof TorchpinError)) throw error ?? new Error('there is a solution')
  expect([error.code, error.exitCode]).toEqual(['NO_SOLUTION', 3])
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(cwd, name), 'utf8')).toBe(filled(text))
  return describeError(error, { color: false, verbose: false, width: 100 })
    .replaceAll(indexes.cpu, '{CPU}')
    .replaceAll(indexes.main, '{MAIN}')
}

describe('a run that finds no set of versions', () => {
  test('names the lines of all files that have a part in it', async () => {
    const files = {
      'requirements.txt': '# app\nflask\n-r ml.txt\n-c limits.txt\n',
      'ml.txt': 'numpy\nsentence-transformers\n',
      'limits.txt': 'requests<3\ntorchvision==0.15.2\ntorch>=2.1\n',
    }
    expect(await refusal(files)).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        ml.txt:2 asks for sentence-transformers, which depends on torchvision, and torchvision==0.15.2 depends on torch==2.0.1.
        limits.txt:2 allows only torchvision==0.15.2.
        limits.txt:3 allows only torch>=2.1.
        No version of torch fits both: there is 2.0.0, 2.0.1 and 2.1.0.
      hint: change ml.txt:2, limits.txt:2 or limits.txt:3
      "
    `)
  })

  test('quotes a line that names a CUDA build as it stands', async () => {
    expect(
      await refusal({ 'requirements.txt': 'torch==2.0.1+cu118\ntorchvision==0.16.0+cu121\n' }),
    ).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for torch==2.0.1+cu118.
        requirements.txt:2 asks for torchvision==0.16.0+cu121, which depends on torch==2.1.0.
        No version of torch fits both: there is 2.0.0, 2.0.1 and 2.1.0.
      hint: change requirements.txt:1 or requirements.txt:2
      "
    `)
  })

  test('knows that the public index is ahead', async () => {
    expect(await refusal({ 'requirements.txt': 'torch==2.1.1\n' })).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for torch==2.1.1.
        The CPU index does not have torch 2.1.1 yet, its newest is 2.1.0.
        {MAIN} has it already, since new releases come there first.
      hint: ask for torch==2.1.0 for now
      "
    `)
  })

  test('says which Pythons there are wheels for', async () => {
    expect(await refusal({ 'requirements.txt': 'torch\n' }, { python: ['3.12'] })).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.12 on linux-x86_64
        requirements.txt:1 asks for torch.
        torch 2.0.0, 2.0.1 and 2.1.0 have no wheel for Python 3.12, only for Python 3.10 and 3.11.
        No version of torch fits Python 3.12 on linux-x86_64.
      hint: choose --python 3.11
      "
    `)
  })

  test('says when the file took the public index away', async () => {
    const files = { 'requirements.txt': '-i {CPU}\ntorch\nflask\n' }
    expect(await refusal(files, { indexUrl: undefined })).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:3 asks for flask.
        The CPU index has no project named flask, and is the only one: an -i or --index-url put it in the place of the public one.
      hint: name PyTorch's index with --extra-index-url, which stands beside the public index and not in its place
      "
    `)
  })

  test('names the index it asked', async () => {
    expect(await refusal({ 'requirements.txt': 'flaskk\n' })).toMatchInlineSnapshot(`
      "error[NO_SOLUTION]: no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for flaskk.
        No index has a project named flaskk (asked: {MAIN}).
      hint: check how flaskk is spelled, or name the index that has flaskk with --extra-index-url
      "
    `)
  })

  test('keeps the password of an index to itself', async () => {
    const index = indexes.main.replace('http://', 'http://user:secret@')
    const said = await refusal({ 'requirements.txt': 'nothing-of-the-kind\n' }, { indexUrl: index })
    expect(said).toContain('No index has a project named nothing-of-the-kind')
    expect(said).not.toContain('secret')
  })
})
