import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { expectFolder } from './expected-folder.ts'
import { isFull } from './full.ts'
import { cpu2023, main2023, pages2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/**
 * Every folder of fixtures/cases is a case: `input` is rewritten on a loopback CPU index whose newest torch is 2.1.0,
 * and must come out as `expected`; `options.json` holds options. {CPU} and {MAIN} stand for the addresses of the indexes,
 * {LINKS} for that of a folder with pages of links.
 */
const folder = resolve(import.meta.dirname, '../fixtures/cases')
const cases = readdirSync(folder)

const { indexes, folderWith, optionsIn } = sandbox(cpu2023, main2023, pages2023)

const addresses = (): readonly (readonly [string, string])[] => [
  ['{CPU}', indexes.cpu],
  ['{MAIN}', indexes.main],
  ['{LINKS}', indexes.links],
]
const filled = (text: string): string => addresses().reduce((all, [word, url]) => all.replaceAll(word, url), text)
const emptied = (text: string): string => addresses().reduce((all, [word, url]) => all.replaceAll(url, word), text)

/** Copies a case into a folder of its own, each file as `change` makes it. */
function laidOut(
  name: string,
  change: (text: string) => string = text => text,
): { cwd: string; options: Partial<Options> } {
  const cwd = folderWith({})
  cpSync(join(folder, name, 'input'), cwd, { recursive: true })
  for (const file of readdirSync(cwd))
    writeFileSync(join(cwd, file), change(filled(readFileSync(join(cwd, file), 'utf8'))))
  const own = join(folder, name, 'options.json')
  const options: Partial<Options> = {
    ...optionsIn(cwd),
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

/** Forms in which an editor may have left a file: the first stands for all in `npm test`. */
const forms: readonly (readonly [id: string, change: (text: string) => string])[] = [
  ['with a byte order mark and CRLF', text => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
  ['with CRLF', text => text.replaceAll('\n', '\r\n')],
  ['without a final newline', text => text.replace(/\n$/, '')],
  ['with a byte order mark', text => `\uFEFF${text}`],
]

describe.each(cases)('%s', name => {
  test('comes out as expected, and a second run changes nothing', async () => {
    const { cwd, options } = laidOut(name)
    await save(await rewrite(['requirements.txt'], options))
    const after = contents(cwd)
    const now = Object.fromEntries(Object.entries(after).map(([file, text]) => [file, emptied(text)]))
    await expectFolder(now, join(folder, name, 'expected'))
    const { result, rewritten } = await rewrite(['requirements.txt'], options)
    expect(rewritten).toEqual([])
    expect(result.files.flatMap(file => file.changes)).toEqual([])
    expect(contents(cwd)).toEqual(after)
  })

  test.each(isFull ? forms : forms.slice(0, 1))('the same %s', async (_, change) => {
    const { cwd, options } = laidOut(name, change)
    await save(await rewrite(['requirements.txt'], options))
    for (const [file, text] of Object.entries(contents(cwd)))
      expect(text).toBe(change(filled(readFileSync(join(folder, name, 'expected', file), 'utf8'))))
  })
})

describe('what there is to say about a file', () => {
  const said: [id: string, text: string, code: string, line: number, options?: Partial<Options>][] = [
    ['uv and the extra index', 'torch\n', 'uv-first-index', 1],
    [
      'a torch from a URL',
      'filelock\ntorch @ https://example.org/torch-2.0.0-cp311-cp311-linux_x86_64.whl\n',
      'torch-from-url',
      2,
    ],
    ['what conda built', 'flask\nnumpy @ file:///croot/numpy_1704/work\n', 'conda-build-path', 2],
    ['a torch that conda built', 'torch @ file:///opt/conda/conda-bld/pytorch_1/work\n', 'conda-build-path', 1],
    ['a file of this machine', 'flask\nx @ file:///home/me/x-1.0-py3-none-any.whl\n', 'direct-reference', 2],
    ['a repository', 'torch\ngit+https://example.org/x.git#egg=x\n', 'dependencies-unknown', 2],
    ['a line kept as its comment asks', 'flask>=2  # torchpin: keep\n', 'kept', 1],
    ['a marker that is false', 'flask>=2 ; python_version < "3"\n', 'marker-false', 1],
    ['a release without a CPU build', 'torch==1.13.1+cu117\n', 'nearest-release', 1],
    ['an option that pip ignores', 'flask>=2 --index-url https://example.org/simple\n', 'option-ignored', 1],
    ['an include from the net', '-r https://example.org/requirements.txt\nflask\n', 'remote-include', 1],
    [
      'a version from the environment',
      'flask==${FLASK}\n',
      'environment-kept',
      1,
      { environment: { FLASK: '3.0.0', PIP_CONFIG_FILE: '/dev/null' } },
    ],
    ['a package with no CPU form', 'torch\nflash-attn\n', 'no-cpu-form', 2],
    ['a GPU package that gives way', 'torch\nfaiss-gpu==1.7.2\n', 'replaced', 2],
    ['a GPU package without a twin on every platform', 'xgboost\n', 'gpu-package', 1, { platform: ['macos-arm64'] }],
    ['a GPU package that stays', 'nvidia-ml-py\n', 'gpu-package', 1],
    ['a GPU package that something needs', 'xgboost\nshap\n', 'gpu-package-needed', 1],
    ['a GPU package that something brings', 'shap\n', 'gpu-package-needed', 1],
    ['a CUDA library that nothing explains', 'flask\nnvidia-cublas-cu12\n', 'cuda-package-unproved', 2],
    ['a project that could be smaller', 'tensorflow\n', 'smaller-build', 1],
    ['versions that fail at run time', 'torch==2.1.0\nnumpy==2.0.0\n', 'fails-at-run-time', 1],
    [
      'a hashed file with a package that has no line',
      `torch==2.1.0 --hash=sha256:${'1'.repeat(64)}\n`,
      'hash-line-missing',
      1,
    ],
    ['find-links and compiling', 'torch\n', 'find-links-not-compiled', 1, { indexStyle: 'find-links' }],
  ]
  test.each(said)('%s', async (_, text, code, line, more) => {
    const { cwd, options } = laidOut('guide')
    writeFileSync(join(cwd, 'requirements.txt'), text)
    const { result } = await rewrite(['requirements.txt'], { ...options, sizes: false, ...more })
    expect(result.files[0]!.diagnostics.map(found => [found.code, found.line])).toContainEqual([code, line])
  })
})
