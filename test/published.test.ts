import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishedByPyproject, publishedBySetupCfg } from '../src/project-files/published-files.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const { folderWith, optionsIn } = sandbox(cpu2023, main2023)
const pyproject = readFileSync('fixtures/monorepos/published-setuptools/input/pyproject.toml', 'utf8')

describe('what a build publishes', () => {
  test.each<[id: string, text: string, found: readonly (readonly [path: string, line: number])[]]>([
    [
      'setuptools, for the package and for an extra',
      pyproject,
      [
        ['requirements.txt', 11],
        ['requirements-vision.txt', 12],
      ],
    ],
    [
      'setuptools, in a table of its own with one path',
      '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic.dependencies]\nfile = \'a.txt\'\n',
      [['a.txt', 4]],
    ],
    ['setuptools, of what is not dynamic', pyproject.replace(/dynamic = .*/, ''), []],
    ['setuptools, of a version', pyproject.replaceAll(/^(?:optional-)?dependencies/gm, 'version'), []],
    [
      'hatch-requirements-txt',
      readFileSync('fixtures/monorepos/published-hatch/input/pyproject.toml', 'utf8'),
      [['requirements.txt', 11]],
    ],
    ['no TOML', 'setuptools = [', []],
    ['another shape', '[project]\ndynamic = ["dependencies"]\n[tool.setuptools]\ndynamic = 1\n', []],
  ])('%s', async (_, text, found) => {
    expect((await publishedByPyproject(text)).map(({ path, line }) => [path, line])).toEqual(found)
  })

  test.each<[id: string, text: string, found: readonly (readonly [path: string, line: number])[]]>([
    ['on the line of the key', '[options]\ninstall_requires = file: a.txt\n', [['a.txt', 2]]],
    [
      'several',
      '[options]\ninstall_requires=file:a.txt, b.txt\n',
      [
        ['a.txt', 2],
        ['b.txt', 2],
      ],
    ],
    ['below the key, of an extra', '[options.extras_require]\nx =\n  file: a.txt\n', [['a.txt', 3]]],
    ['of something else', '[metadata]\nlong_description = file: a.txt\n[options]\npackages = find:\n', []],
    ['requirements themselves', '[options]\ninstall_requires =\n  torch\n', []],
  ])('setup.cfg: %s', (_, text, found) => {
    expect(publishedBySetupCfg(text).map(({ path, line }) => [path, line])).toEqual(found)
  })
})

const published = { 'pyproject.toml': pyproject, 'requirements.txt': 'torch>=2.0\n' }

test('found in a folder, it is left alone, and the notice says why', async () => {
  const notices: string[] = []
  const cwd = folderWith({ ...published, 'requirements-dev.txt': 'flask\n' })
  const { result } = await rewrite(['.'], { ...optionsIn(cwd), onNotice: notice => notices.push(notice) })
  expect(result.files.map(({ path }) => path)).toEqual(['requirements-dev.txt'])
  expect(notices).toContain(
    'requirements.txt is left alone: pyproject.toml:11 publishes it as what the package needs; put the pins into a file of their own with -r requirements.txt',
  )
})

test('alone in a folder, there is nothing to rewrite', async () => {
  await expect(rewrite(['.'], optionsIn(folderWith(published)))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: 'no requirements files below .',
    hint: expect.stringContaining('pyproject.toml:11 publishes it'),
  })
})

test.each(['auto', 'extra-index-url', 'find-links'] as const)(
  'named, it is rewritten without an index line, and a warning says what that means (%s)',
  async indexStyle => {
    const cwd = folderWith(published)
    const { result, rewritten } = await rewrite(['requirements.txt'], { ...optionsIn(cwd), indexStyle })
    expect(new TextDecoder().decode(rewritten[0]!.after)).toBe('torch==2.1.0+cpu\n')
    expect(result.files[0]!.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'published-requirements',
        level: 'warning',
        message: expect.stringContaining('pyproject.toml:11'),
      }),
    )
  },
)

test('a file that names it with -r gets the pins and the index in its place', async () => {
  const cwd = folderWith({ ...published, 'requirements-cpu.txt': '-r requirements.txt\n' })
  const { rewritten } = await rewrite(['.'], optionsIn(cwd))
  expect(rewritten.map(({ absolute }) => absolute)).toEqual([join(cwd, 'requirements-cpu.txt')])
  const text = new TextDecoder().decode(rewritten[0]!.after)
  expect(text).toMatch(/^--extra-index-url \S+\ntorch==2\.1\.0\+cpu {2}# CPU build\n-r requirements\.txt\n$/)
})
