import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { sharedAnswers } from '../../src/run/shared-answers.ts'
import { runs } from '../full.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { fileOf } from '../requirements/file-of.ts'
import { sandbox } from '../sandbox.ts'

const part = (text: string, path: string) => [fileOf(text, path)]

test('parts share answers where their entries are the same, comments aside', () => {
  const parts = [
    part('torch>=2 # one\n', 'a/requirements.txt'),
    part('# two\ntorch>=2\n', 'b/requirements.txt'),
    part('torch>=2.1\n', 'c/requirements.txt'),
  ]
  const [first, second, other] = parts.map(sharedAnswers(parts))
  expect(second).toBe(first)
  expect(other).not.toBe(first)
})

describe('units of one run', () => {
  const { folderWith, optionsIn } = sandbox(cpu2023, main2023)

  /** A run on services, each a folder with one of these files. */
  const rewriteServices = (cwd: string, names: readonly string[]) =>
    rewrite(
      names.map(name => `${name}/requirements.txt`),
      { ...optionsIn(cwd), apart: true },
    )

  test('what two of them ask alike is worked out once', async () => {
    const cwd = folderWith({ 'a/requirements.txt': 'torch>=2\n', 'b/requirements.txt': 'torch>=2 # the same\n' })
    const [a, b] = (await rewriteServices(cwd, ['a', 'b'])).result.units
    expect(a!.savings).not.toBeNull()
    // Of two answers there would be two measures.
    expect(b!.savings).toBe(a!.savings)
  })

  const line = fc.constantFrom(
    'torch',
    'torch>=2 # why',
    'torch==2.0.1',
    'torchvision',
    'fastapi',
    'numpy<2',
    'filelock; python_version < "3.12"',
    'nvidia-cublas-cu12==12.1.3.1',
    '# nothing',
    '--extra-index-url https://download.example.org/whl/cu118',
  )
  const services = fc.array(fc.uniqueArray(line, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 })

  test('come out as they would alone', async () => {
    await fc.assert(
      fc.asyncProperty(services, fc.boolean(), async (texts, twice) => {
        const all = twice ? [...texts, ...texts] : texts
        const names = all.map((_, i) => `s${i}`)
        const cwd = folderWith(
          Object.fromEntries(all.map((lines, i) => [`s${i}/requirements.txt`, `${lines.join('\n')}\n`])),
        )
        const together = await rewriteServices(cwd, names).catch(() => undefined)
        // A file without a solution ends the run: what it says is for other tests.
        fc.pre(together !== undefined)
        const alone = await Promise.all(names.map(name => rewriteServices(cwd, [name])))
        expect(together!.result.files).toEqual(alone.flatMap(({ result }) => result.files))
        expect(together!.result.units).toEqual(alone.flatMap(({ result }) => result.units))
      }),
      { numRuns: runs(15, 150) },
    )
  })
})
