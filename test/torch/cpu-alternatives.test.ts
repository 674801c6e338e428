import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filterVersions, parseSpecifierSet } from '../../src/packaging/specifier.ts'
import { compareVersions, parseVersion } from '../../src/packaging/version.ts'
import { rewrite, save } from '../../src/rewrite/rewrite.ts'
import type { IndexSpec } from '../loopback/indexes.ts'
import { sandbox } from '../sandbox.ts'

/**
 * Releases of GPU packages and of their CPU alternatives, as the public index had them for Linux and Python 3.11 in
 * November 2026: all of a project's around the ones that differ.
 */
const releases = {
  'fbgemm-gpu': '0.4.1 0.8.0 1.0.0 1.4.0 1.5.0 1.9.0',
  'fbgemm-gpu-cpu': '0.4.1 0.8.0 1.0.0 1.4.0 1.4.2 1.5.0 1.9.0',
  'onnxruntime-gpu': '1.16.3 1.19.2 1.20.0 1.20.2 1.21.0 1.23.2 1.31.1',
  onnxruntime: '1.16.3 1.19.2 1.20.0 1.20.1 1.21.0 1.23.2 1.31.1 1.32.0',
  'onnxruntime-genai-cuda': '0.4.0 0.5.2 0.9.2 0.18.0',
  'onnxruntime-genai': '0.3.0 0.4.0 0.5.2 0.9.2 0.18.0',
  'fastembed-gpu': '0.2.7 0.4.2 0.9.1',
  fastembed: '0.2.6 0.2.7 0.4.2 0.9.1',
  tensorflow: '2.12.0 2.12.1 2.13.0 2.13.1 2.15.0 2.15.0.post1 2.15.1 2.21.0',
  'paddlepaddle-gpu': '2.5.1 2.5.2 2.6.0 2.6.1 2.6.2',
  paddlepaddle: '2.6.2 3.0.0 3.1.1 3.3.1',
  'mxnet-cu102': '1.7.0 1.7.0.post1 1.8.0 1.9.1',
  mxnet: '1.6.0 1.7.0.post1 1.7.0.post2 1.8.0 1.8.0.post0 1.9.1',
  'faiss-gpu': '1.7.1 1.7.1.post3 1.7.2 1.14.3 1.15.1',
  'faiss-gpu-cu12': '1.8.0.2 1.9.0.0 1.9.0.post1 1.11.0 1.14.1 1.14.1.post1',
  'faiss-cpu': '1.7.3 1.7.4 1.8.0 1.8.0.post1 1.9.0 1.9.0.post1 1.10.0 1.11.0 1.11.0.post1 1.14.2 1.14.3 1.15.1',
  xgboost: '1.7.6 2.0.3 2.1.1 2.1.4 3.2.0',
  'xgboost-cpu': '2.1.1 2.1.4 3.2.0',
  bitsandbytes: '0.43.3 0.47.0 0.48.0 0.50.2',
}

const spec = (texts: string): IndexSpec[string] =>
  Object.fromEntries(texts.split(' ').map(version => [version, { tags: ['py3-none-any'] }]))

const main: IndexSpec = {
  ...Object.fromEntries(Object.entries(releases).map(([project, versions]) => [project, spec(versions)])),
}

const { folderWith, optionsIn } = sandbox({}, main)

/** What a file becomes, and the codes of what is said of it. */
async function rewritten(text: string, constraints = ''): Promise<{ text: string; codes: string[] }> {
  const cwd = folderWith({})
  const path = join(cwd, 'requirements.txt')
  writeFileSync(path, text)
  writeFileSync(join(cwd, 'constraints.txt'), constraints)
  const made = await rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    sizes: false,
  })
  await save(made)
  const codes = made.result.files.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
  return { text: readFileSync(path, 'utf8').trim(), codes }
}

describe('a CPU alternative keeps what the user chose', () => {
  test.each([
    ['the same release', 'onnxruntime-gpu==1.16.3', 'onnxruntime==1.16.3'],
    ['of each name', 'faiss-gpu-cu12==1.11.0', 'faiss-cpu==1.11.0'],
    ['an old one', 'paddlepaddle-gpu==2.6.2', 'paddlepaddle==2.6.2'],
    ['zeros at the end do not count', 'faiss-gpu-cu12==1.9.0.0', 'faiss-cpu==1.9.0'],
    ['a post release', 'faiss-gpu-cu12==1.9.0.post1', 'faiss-cpu==1.9.0.post1'],
    ['a release that only has a post release', 'mxnet-cu102==1.7.0', 'mxnet==1.7.0.post2'],
    ['a post release that is only there without', 'tensorflow-gpu==2.12.0.post1', 'tensorflow==2.12.0'],
    ['a post number that names a CUDA', 'paddlepaddle-gpu==2.6.2.post117', 'paddlepaddle==2.6.2'],
    ['arbitrary equality', 'onnxruntime-gpu===1.16.3', 'onnxruntime==1.16.3'],
    ['an end', 'faiss-gpu>=1.7.2,<1.8', 'faiss-cpu==1.7.4'],
    ['a compatible release', 'onnxruntime-gpu~=1.20.0', 'onnxruntime==1.20.1'],
    ['a prefix', 'fastembed-gpu==0.4.*', 'fastembed==0.4.2'],
    ['an exclusion', 'xgboost<3,!=2.1.4', 'xgboost-cpu==2.1.1'],
    [
      'extras and a marker',
      "onnxruntime-gpu[cuda]<1.17 ; python_version >= '3.8'",
      "onnxruntime==1.16.3 ; python_version >= '3.8'",
    ],
    ['no bound at all', 'faiss-gpu', 'faiss-cpu'],
  ])('%s: %s', async (_, line, expected) => {
    const { text, codes } = await rewritten(line)
    expect(text).toBe(expected)
    expect(codes).not.toContain('nearest-release')
  })

  test.each([
    ['the newest patch', 'onnxruntime-gpu==1.20.2', 'onnxruntime==1.20.1'],
    ['the next later release', 'paddlepaddle-gpu==2.5.2', 'paddlepaddle==2.6.2'],
    ['a patch before a later release', 'faiss-gpu-cu12==1.8.0.2', 'faiss-cpu==1.8.0.post1'],
    ['the newest there is', 'tensorflow-gpu==2.99.0', 'tensorflow==2.21.0'],
  ])('where it is not there, %s, and says so: %s', async (_, line, expected) => {
    const { text, codes } = await rewritten(line)
    expect(text).toBe(expected)
    expect(codes).toContain('nearest-release')
  })

  test.each(['paddlepaddle-gpu>=2.5,<2.6', 'faiss-gpu<1.7.3', 'onnxruntime-gpu>=1.33'])(
    'or refuses where nothing is within the bounds: %s',
    line => expect(rewritten(line)).rejects.toMatchObject({ code: 'NO_SOLUTION' }),
  )

  test.each([
    ['bitsandbytes==0.43.3', ['gpu-package']],
    ['bitsandbytes<0.48', ['gpu-package']],
    ['bitsandbytes==0.48.0', []],
    ['bitsandbytes>=0.43', []],
  ])('what needs a GPU up to a release is told of only before it: %s', async (line, told) => {
    const { codes } = await rewritten(line)
    expect(codes.filter(code => code === 'gpu-package')).toEqual(told)
  })

  test.each(['xgboost==1.7.6', 'xgboost<2.1'])('what runs on CPU as well stays, and that is said: %s', async line => {
    const { text, codes } = await rewritten(line)
    expect(text).toMatch(/^xgboost==(?:1\.7\.6|2\.0\.3)$/)
    expect(codes).toContain('gpu-package')
  })

  test('bounds of a file of constraints count too', async () => {
    const { text } = await rewritten('-c constraints.txt\nfaiss-gpu-cu12>=1\n', 'faiss-gpu-cu12==1.11.0\n')
    expect(text).toMatch(/faiss-cpu==1\.11\.0$/)
  })

  const pairs = [
    ['onnxruntime-gpu', 'onnxruntime'],
    ['faiss-gpu-cu12', 'faiss-cpu'],
    ['paddlepaddle-gpu', 'paddlepaddle'],
    ['fastembed-gpu', 'fastembed'],
  ] as const
  test('whatever a line allows, what it becomes is allowed by it', async () => {
    const row = fc.constantFrom(...pairs).chain(([gpu, cpu]) => {
      const version = fc.constantFrom(...releases[gpu].split(' '), ...releases[cpu].split(' '))
      return fc.record({
        gpu: fc.constant(gpu),
        cpu: fc.constant(cpu),
        clauses: fc.array(fc.tuple(fc.constantFrom('>=', '<=', '<', '>', '!='), version), {
          minLength: 1,
          maxLength: 3,
        }),
      })
    })
    await fc.assert(
      fc.asyncProperty(row, async ({ gpu, cpu, clauses }) => {
        const specifier = clauses.map(clause => clause.join('')).join(',')
        const made = await rewritten(`${gpu}${specifier}\n`).catch(error => error.code as string)
        const allowed = filterVersions(
          parseSpecifierSet(specifier),
          releases[cpu].split(' ').map(text => parseVersion(text)!),
        )
        const newest = allowed.toSorted(compareVersions).at(-1)
        expect(typeof made === 'string' ? made : made.text).toBe(newest ? `${cpu}==${newest.text}` : 'NO_SOLUTION')
      }),
      { numRuns: 40 },
    )
  })
})
