import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import type { Options } from '../src/contract/options.ts'
import { editedCondaFile, readCondaFile } from '../src/formats/requirements/pip-list.ts'
import { asRequirements, readPipList } from '../src/project-files/conda-environment.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const { indexes, folderWith, optionsIn } = sandbox(cpu2023, main2023)

/** An environment file with these lines below `pip:`. */
const environment = (...items: readonly string[]): string =>
  `name: app\ndependencies:\n  - pip\n  - pip:\n${items.map(item => `    ${item}\n`).join('')}prefix: /opt\n`

async function rewritten(text: string, more: Partial<Options> = {}, change = (text: string): string => text) {
  const cwd = folderWith({ 'environment.yml': change(text) })
  const options = { ...optionsIn(cwd), ...more }
  const done = await rewrite(['environment.yml'], options)
  await save(done)
  const after = readFileSync(join(cwd, 'environment.yml'), 'utf8')
  expect((await rewrite(['environment.yml'], options)).rewritten).toEqual([])
  return { text: after.replaceAll(indexes.cpu, '{CPU}'), result: done.result }
}

const index = '- --extra-index-url {CPU}'

describe('the pip list of a conda environment is rewritten as a requirements file is', () => {
  test.each<[id: string, items: readonly string[], after: readonly string[], more?: Partial<Options>]>([
    ['a plain item', ['- torch>=2.0'], [index, '- torch==2.1.0+cpu']],
    ['quotes', ['- "torch>=2.0"', "- 'flask>=2'"], [index, '- "torch==2.1.0+cpu"', "- 'flask==3.0.0'"]],
    ['a bare name in quotes', ['- "torch"'], [index, '- "torch==2.1.0+cpu"']],
    [
      'blanks and a comment',
      ['-   torch >= 2.0   # of us'],
      [`-   ${index.slice(2)}`, '-   torch == 2.1.0+cpu   # of us'],
    ],
    [
      'an item that goes',
      ['- torch==2.1.0+cu118', '- triton==2.1.0', '- flask==3.0.0'],
      [index, '- torch==2.1.0+cpu', '- flask==3.0.0'],
    ],
    [
      'an index that is switched',
      ['- -i https://download.pytorch.org/whl/cu118', '- torch'],
      ['- -i {CPU}', '- torch==2.1.0+cpu'],
    ],
    [
      'two platforms, in either quote',
      ['- "torch"', "- 'torchvision'", '- torch'],
      [
        index,
        '- numpy==1.26.4  # for torch 2.1.0',
        `- "torch==2.1.0+cpu ; sys_platform != 'darwin'"`,
        '- torch==2.1.0 ; sys_platform == "darwin"',
        `- 'torchvision==0.16.0+cpu ; sys_platform != "darwin"'`,
        '- torchvision==0.16.0 ; sys_platform == "darwin"',
        '- torch==2.1.0+cpu ; sys_platform != "darwin"',
        '- torch==2.1.0 ; sys_platform == "darwin"',
      ],
      { platform: ['linux-x86_64', 'macos-arm64'] },
    ],
    [
      'a line that its comment keeps',
      ['- flask>=2  # torchpin: keep', '- torch'],
      [index, '- flask>=2  # torchpin: keep', '- torch==2.1.0+cpu'],
    ],
    [
      'pages of links',
      ['- torch'],
      ['- --find-links {CPU}/torch/', '- torch==2.1.0+cpu'],
      { indexStyle: 'find-links' },
    ],
  ])('%s', async (_, items, after, more) => {
    expect((await rewritten(environment(...items), more)).text).toBe(environment(...after))
  })

  test.each<[id: string, change: (text: string) => string]>([
    ['CRLF', text => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', text => `\uFEFF${text}`],
    ['no final newline', text => text.replace(/\nprefix: \/opt\n$/, '')],
    ['a document head', text => `%YAML 1.2\n---\n${text}`],
  ])('with %s', async (_, change) => {
    const before = environment('- "torch>=2.0"', '- sentence-transformers==2.2.2')
    const after = environment(
      index,
      '- torchvision==0.16.0+cpu  # CPU build, for sentence-transformers',
      '- numpy==1.26.4  # for torch 2.1.0',
      '- "torch==2.1.0+cpu"',
      '- sentence-transformers==2.2.2',
    )
    expect((await rewritten(before, {}, change)).text).toBe(change(after))
  })

  test('lines are told as they are in the file', async () => {
    const cwd = folderWith({ 'environment.yml': environment('# models', '- flask', '- torch>=2.0') })
    const { findings, files } = await check(['.'], { ...optionsIn(cwd), sizes: false })
    expect(findings.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['cpu-index-missing', 'environment.yml', 6],
      ['not-cpu-build', 'environment.yml', 7],
      ['cuda-installed', 'environment.yml', 7],
    ])
    expect(files[0]!.diff).toContain('-    - torch>=2.0\n+    - torch==2.1.0+cpu\n')
  })
})

describe('what is left alone', () => {
  const odd: [id: string, text: string, message: RegExp][] = [
    ['a list on one line', 'dependencies:\n  - pip: [torch, flask]\n', /^environment\.yml:2: this item/],
    ['a block', environment('- |\n      torch\n'), /^environment\.yml:5: this item/],
    ['an escape', environment('- "torch\\x3e=2"'), /^environment\.yml:5: this item/],
    ['an item on two lines', environment('- torch\n      >=2'), /^environment\.yml:5: this item/],
    ['an alias', 'a: &a torch\ndependencies:\n  - pip:\n    - *a\n', /^environment\.yml:\d: this item/],
    [
      'torch of conda',
      'dependencies:\n  - conda-forge::pytorch=2.1\n  - pip:\n    - torchvision\n',
      /^environment\.yml:2: torch comes from conda/,
    ],
  ]
  test.each(odd)('named: %s', async (_, text, message) => {
    const cwd = folderWith({ 'environment.yml': text })
    await expect(rewrite(['environment.yml'], optionsIn(cwd))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    })
  })

  test.each(odd)('found in a folder: %s', async (_, text) => {
    const cwd = folderWith({ 'environment.yml': text, 'requirements.txt': 'flask\n' })
    const { result } = await rewrite(['.'], optionsIn(cwd))
    expect(result.files.map(({ path }) => path)).toEqual(['requirements.txt'])
  })

  test('without a list for pip, named', async () => {
    const cwd = folderWith({ 'environment.yml': 'dependencies:\n  - python\n  - pip\n' })
    await expect(check(['environment.yml'], optionsIn(cwd))).rejects.toMatchObject({
      message: 'environment.yml is a conda environment file, not a requirements file',
    })
  })
})

const item = fc.constantFrom(
  'torch>=2.0',
  '"flask>=2"',
  "'numpy'  # c",
  '--no-index',
  '-r a.txt',
  'x @ https://h/x.whl',
)

test('the list as requirements is as long as the file, and has its line breaks where they were', () => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 5 }), fc.constantFrom('\n', '\r\n'), (items, newline) => {
      const text = environment(...items.map(text => `- ${text}`), '# c').replaceAll('\n', newline)
      const list = readPipList(text)!
      const lines = asRequirements(text, list as never)
      expect(lines.length).toBe(text.length)
      expect([...lines.matchAll(/[\r\n]/g)].map(({ index }) => index)).toEqual(
        [...text.matchAll(/[\r\n]/g)].map(({ index }) => index),
      )
      expect(editedCondaFile('', readCondaFile('', text)!, [])).toBe(text)
    }),
  )
})

test('what cannot be written is refused, and nothing is', async () => {
  const cwd = folderWith({})
  const text = environment('- a')
  writeFileSync(join(cwd, 'environment.yml'), text)
  const conda = readCondaFile('environment.yml', text)!
  const at = text.indexOf('- a') + 2
  expect(() => editedCondaFile('environment.yml', conda, [{ start: at, end: at + 1, text: 'b: [' }])).toThrow(
    'environment.yml: what its pip list is to be cannot be written into it',
  )
})
