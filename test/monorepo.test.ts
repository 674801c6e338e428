import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import type { TorchpinError } from '../src/contract/errors.ts'
import type { Options } from '../src/contract/options.ts'
import { checkReports } from '../src/report/check.ts'
import { reports } from '../src/report/rewrite/reports.ts'
import { rewrite, save } from '../src/rewrite/rewrite.ts'
import { expectFolder, filesBelow } from './expected-folder.ts'
import { commandIn } from './loopback/in-process.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { plain } from './report/sample.ts'
import { sandbox } from './sandbox.ts'

/**
 * Every folder of fixtures/monorepos is a repository: `input` is rewritten as a whole and must come out as `expected`.
 * `{CPU}` stands for the index of CPU builds; `units.json` tells what belongs together and what it is for.
 */
const folder = resolve(import.meta.dirname, '../fixtures/monorepos')

const { indexes, temporary, environment, folderWith, optionsIn } = sandbox(cpu2023, main2023)

function laidOut(name: string): Partial<Options> {
  const cwd = folderWith({})
  cpSync(join(folder, name, 'input'), cwd, { recursive: true })
  mkdirSync(join(cwd, '.git'))
  const own = join(folder, name, 'options.json')
  return {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(temporary, 'cache'),
    environment,
    ...(existsSync(own) ? JSON.parse(readFileSync(own, 'utf8')) : {}),
  }
}

describe.each(readdirSync(folder))('%s', name => {
  test('comes out as expected, and a second run changes nothing', async () => {
    const options = laidOut(name)
    const done = await rewrite(['.'], options)
    await save(done)
    const read = (file: string) => readFileSync(join(options.cwd!, file), 'utf8').replaceAll(indexes.cpu, '{CPU}')
    const now = Object.fromEntries(filesBelow(options.cwd!).map(file => [file, read(file)]))
    await expectFolder(now, join(folder, name, 'expected'))
    const units = done.result.units.map(({ files, target: { python, source } }) => ({ files, python, source }))
    await expect(`${JSON.stringify(units, null, 2)}\n`).toMatchFileSnapshot(join(folder, name, 'units.json'))
    const again = await rewrite(['.'], options)
    expect(again.rewritten).toEqual([])
  })
})

/** A repository with these files; its options. */
function repository(files: Readonly<Record<string, string>>): Partial<Options> & { cwd: string } {
  const cwd = folderWith({})
  mkdirSync(join(cwd, '.git'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  return {
    ...optionsIn(cwd),
  }
}

const older = 'torch==2.0.1\n'
const newer = 'torch==2.1.0\n'

describe('which files agree', () => {
  test.each<{ id: string; paths: string[]; more?: Partial<Options>; apart: boolean }>([
    { id: 'found in a folder', paths: ['.'], apart: true },
    { id: 'found in two folders', paths: ['a', 'b'], apart: true },
    { id: 'named', paths: ['a/requirements.txt', 'b/requirements.txt'], apart: false },
    {
      id: 'named, and told to be apart',
      paths: ['a/requirements.txt', 'b/requirements.txt'],
      more: { apart: true },
      apart: true,
    },
    { id: 'one named, one found', paths: ['a/requirements.txt', 'b'], apart: true },
  ])('$id', async ({ paths, more, apart }) => {
    const options = repository({ 'a/requirements.txt': older, 'b/requirements.txt': newer })
    const run = rewrite(paths, { ...options, ...more })
    if (!apart) return expect(run).rejects.toMatchObject({ code: 'NO_SOLUTION' })
    const { result } = await run
    expect(result.units.map(({ files }) => files)).toEqual([['a/requirements.txt'], ['b/requirements.txt']])
  })
})

test('every unit without a solution is told, and nothing is written', async () => {
  const options = repository({
    'a/requirements.txt': 'torch==2.1.0\ntorchvision==0.15.2\n',
    'b/requirements.txt': 'torch\n',
    'c/requirements.txt': 'flask==9.9\n',
  })
  const error: TorchpinError = await rewrite(['.'], options).then(
    () => expect.unreachable(),
    thrown => thrown,
  )
  expect(error).toMatchObject({
    code: 'NO_SOLUTION',
    exitCode: 3,
    hint: 'mend these, or leave them out with --exclude',
  })
  expect(error.message).toMatch(/^2 of 3 sets of files have no solution, and nothing is written\n/)
  expect(error.message).toMatch(
    /\na\/requirements\.txt: no set of versions .*torchvision.*\nc\/requirements\.txt: no set of versions .*flask/s,
  )
  expect(error.message).not.toContain('b/requirements.txt')
})

test('an index page is asked for once, whatever the number of units', async () => {
  const services = Array.from({ length: 12 }, (_, i) => [
    `s${i}/requirements.txt`,
    i % 2 ? 'torch\nflask\n' : 'torchvision\n',
  ])
  const before = indexes.requests.length
  await rewrite(['.'], { ...repository(Object.fromEntries(services)), cacheDir: join(temporary, 'cache-of-its-own') })
  const pages = indexes.requests.slice(before).filter(request => request.endsWith('/'))
  expect(pages.length).toBeGreaterThan(4)
  expect(new Set(pages).size).toBe(pages.length)
})

describe('what a run says of its units', () => {
  test('each has its Python and its savings, and the whole has the sum of them', async () => {
    const { python: _, ...options } = repository({
      'a/requirements.txt': 'torch\n',
      'a/Dockerfile': 'FROM python:3.10\n',
      'b/requirements.txt': 'torch==2.1.0\nflask>=2\n',
      'b/.python-version': '3.11\n',
    })
    const { result } = await rewrite(['.'], options)
    expect(result.target).toMatchObject({ python: ['3.10', '3.11'], source: 'a/Dockerfile:1, b/.python-version:1' })
    expect(result.units.map(({ target }) => target.python)).toEqual([['3.10'], ['3.11']])
    for (const side of ['before', 'after'] as const)
      for (const what of ['packages', 'download', 'installed'] as const)
        expect(result.savings![side][what]).toBe(
          result.units.reduce((sum, { savings }) => sum + savings![side][what], 0),
        )
    const sums = result.savings!.packages.reduce((sum, { before }) => sum + (before?.download ?? 0), 0)
    expect(sums).toBe(result.savings!.before.download)
  })

  test.each<{ id: string; files: Record<string, string>; python: string[]; source: string }>([
    {
      id: 'of two services with one base, both',
      files: {
        'a/requirements.txt': '-r ../shared/base.txt\n',
        'a/.python-version': '3.10\n',
        'b/requirements.txt': '-r ../shared/base.txt\n',
        'b/.python-version': '3.11\n',
        'shared/base.txt': 'torch\n',
      },
      python: ['3.10', '3.11'],
      source: 'a/.python-version:1, b/.python-version:1',
    },
    {
      id: 'of services alike, the first place that says so',
      files: {
        'a/requirements.txt': '-c ../constraints.txt\ntorch\n',
        'a/.python-version': '3.10\n',
        'b/requirements.txt': '-c ../constraints.txt\ntorch\n',
        'b/.python-version': '3.10\n',
        'constraints.txt': 'torch<2.1\n',
      },
      python: ['3.10'],
      source: 'a/.python-version:1',
    },
    {
      id: 'not what lies above a base',
      files: {
        'requirements/base.txt': 'torch\n',
        '.python-version': '3.11\n',
        'z/requirements.txt': '-r ../requirements/base.txt\n',
        'z/.python-version': '3.10\n',
      },
      python: ['3.10'],
      source: 'z/.python-version:1',
    },
    {
      id: 'of a base that is a service itself, both',
      files: {
        'requirements-dev.txt': '-r a/requirements.txt\n',
        '.python-version': '3.11\n',
        'a/requirements.txt': 'torch\n',
        'a/.python-version': '3.10\n',
      },
      python: ['3.10', '3.11'],
      source: 'a/.python-version:1, .python-version:1',
    },
  ])('the Pythons of a unit: $id', async ({ files, python, source }) => {
    const { python: _, ...options } = repository(files)
    const { result } = await rewrite(['.'], { ...options, sizes: false })
    expect(result.units.map(({ target }) => target)).toMatchObject([{ python, source }])
  })

  test('a unit that cannot be measured leaves the whole inexact', async () => {
    const notices: string[] = []
    const { result } = await rewrite(['.'], {
      ...repository({
        'a/requirements.txt': 'torch\n',
        'b/requirements.txt': 'torch\ntorchvision==0.15.2+cpu\nnumpy==1.26.4\n',
      }),
      onNotice: message => notices.push(message),
    })
    const [a, b] = result.units
    expect([a!.savings === null, b!.savings === null]).toEqual([false, true])
    expect(result.savings).toMatchObject({ before: { exact: false, download: a!.savings!.before.download } })
    expect(notices).toContainEqual(
      expect.stringMatching(/^b\/requirements\.txt: the files as they were cannot be resolved/),
    )
  })
})

test('a budget is held against each unit, and the finding names it', async () => {
  const cpu = `--extra-index-url ${indexes.cpu}\n`
  const options = repository({
    'a/requirements.txt': `${cpu}torch==2.1.0+cpu\n`,
    'b/requirements.txt': `${cpu}torch==2.1.0+cpu\ntorchvision==0.16.0+cpu\nnumpy==1.26.4\n`,
  })
  const { units } = await check(['.'], options)
  const maxDownload = units[0]!.savings!.before.download
  const { ok, findings, budgets } = await check(['.'], { ...options, maxDownload })
  expect(ok).toBe(false)
  expect(budgets).toMatchObject([
    { unit: 'a/requirements.txt', exceeded: false },
    { unit: 'b/requirements.txt', exceeded: true },
  ])
  expect(findings).toMatchObject([
    {
      code: 'over-budget',
      path: 'b/requirements.txt',
      message: expect.stringContaining('for b/requirements.txt, and'),
    },
  ])
})

test('a report tells the budgets of units apart', async () => {
  const options = repository({ 'a/requirements.txt': 'torch\n', 'b/requirements.txt': 'flask\n' })
  const result = await check(['.'], { ...options, maxDownload: 1 })
  const lines = checkReports.text(result, plain).match(/^max-download .*(?=:)/gm)
  expect(lines).toEqual(['max-download for a/requirements.txt', 'max-download for b/requirements.txt'])
  expect(checkReports.markdown(result, plain)).toMatch(/^- max-download for b\/requirements\.txt: .*exceeded$/m)
})

describe('the command that mends what check finds', () => {
  const files = {
    'a/constraints.txt': 'torch<2.1\n',
    'a/requirements.txt': 'torch\n',
    'b c/requirements.txt': '-r base.txt\n',
    'b c/base.txt': 'torch\n',
  }
  test.each<{ id: string; paths: string[]; remedy: string }>([
    { id: 'a file alone', paths: ['a/requirements.txt'], remedy: 'torchpin rewrite a/requirements.txt' },
    { id: 'a file with constraints beside it', paths: ['a'], remedy: 'torchpin rewrite a' },
    {
      id: 'a file that another brings in',
      paths: ['b c/requirements.txt'],
      remedy: "torchpin rewrite 'b c/requirements.txt'",
    },
    { id: 'where nothing is named', paths: [], remedy: 'torchpin rewrite .' },
  ])('$id', async ({ paths, remedy }) => {
    const { findings } = await check(paths, { ...repository(files), sizes: false })
    expect(findings.length).toBeGreaterThan(1)
    expect(new Set(findings.map(({ hint }) => hint))).toEqual(new Set([remedy]))
  })
})

describe('what a folder holds and does not count', () => {
  const files = {
    'requirements.txt': 'flask\n',
    'legacy/requirements.txt': 'flask\n',
    'services/legacy/requirements.txt': 'flask\n',
    'services/a/requirements-gpu.txt': 'flask\n',
  }
  const all = Object.keys(files)

  test.each<{ exclude: string[]; left: string[]; cwd?: string }>([
    { exclude: [], left: all },
    { exclude: ['legacy/'], left: ['requirements.txt', 'services/a/requirements-gpu.txt'] },
    { exclude: ['/legacy'], left: all.filter(path => !path.startsWith('legacy')) },
    { exclude: ['*-gpu.txt', 'services/legacy'], left: ['requirements.txt', 'legacy/requirements.txt'] },
    { exclude: ['services/*', '!services/a'], left: all.filter(path => !path.startsWith('services/legacy')) },
    { exclude: ['services/legacy'], cwd: 'services', left: ['a/requirements-gpu.txt'] },
  ])('--exclude $exclude from $cwd', async ({ exclude, left, cwd = '.' }) => {
    const options = repository(files)
    const { result } = await rewrite(['.'], {
      ...options,
      cwd: join(options.cwd, cwd),
      exclude,
      pin: 'torch',
      sizes: false,
    })
    expect(result.files.map(({ path }) => path).sort()).toEqual([...left].sort())
  })

  test('what is named is rewritten all the same', async () => {
    const { result } = await rewrite(['legacy/requirements.txt'], { ...repository(files), exclude: ['legacy/'] })
    expect(result.files).toHaveLength(1)
  })

  test.each<{ id: string; text: string; skipped: boolean }>([
    { id: 'prose', text: 'You need Linux.\n- Python 3.11, with venv\n- 16 GB of memory\n', skipped: true },
    {
      id: 'prose in German',
      text: 'Hinweise zur Installation\n\nBitte zuerst das hier lesen.\nDanke\n',
      skipped: true,
    },
    { id: 'one broken line among pins', text: 'flask==3.0.0\ntorch = 2.1\n', skipped: false },
    {
      id: 'more broken lines than good ones',
      text: '<<<<<<< HEAD\nflask==3.0.0\n=======\n>>>>>>> other\n',
      skipped: false,
    },
    { id: 'a broken line among names', text: 'flask\ntorch\nnumpy scipy\n', skipped: false },
    { id: 'a template', text: '{% if gpu %}\ntorch==2.1.0\n{% endif %}\n', skipped: false },
    { id: 'a broken line below an include', text: '-r base.txt\nnumpy scipy\n', skipped: false },
  ])('a found file of $id', async ({ text, skipped }) => {
    const notices: string[] = []
    const options = repository({ 'requirements.txt': 'torch\n', 'docs/requirements.txt': text, 'docs/base.txt': '' })
    const run = rewrite(['.'], { ...options, onNotice: message => notices.push(message) })
    if (!skipped)
      return expect(run).rejects.toMatchObject({ code: 'FILE_UNREADABLE', hint: expect.stringContaining('--exclude') })
    expect((await run).result.files.map(({ path }) => path)).toEqual(['requirements.txt'])
    expect(notices).toContain('docs/requirements.txt is left out: its lines are text, not requirements')
    await expect(rewrite(['docs/requirements.txt'], options)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })
})

test('the command takes the exclusions of the settings and --apart, and reports a row for each unit', async () => {
  const { cwd } = repository({
    'torchpin.toml': 'exclude = ["legacy/"]\n',
    'a/requirements.txt': older,
    'b/requirements.txt': newer,
    'legacy/requirements.txt': 'torch = broken\n',
  })
  const torchpin = commandIn(temporary)
  const flags = ['--python', '3.11', '--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--dry-run']
  const found = await torchpin(cwd, ['rewrite', ...flags, '.'])
  expect(found).toMatchObject({ code: 0, stderr: '' })
  expect(found.stdout).toMatch(/^ {2}a\/requirements\.txt +3\.11 +2 .*\n {2}b\/requirements\.txt +3\.11 +2 .*\n/m)
  const named = await torchpin(cwd, ['rewrite', ...flags, 'a/requirements.txt', 'b/requirements.txt'])
  expect(named).toMatchObject({ code: 3, stdout: '' })
  const apart = await torchpin(cwd, ['rewrite', ...flags, '--apart', 'a/requirements.txt', 'b/requirements.txt'])
  expect(apart.stdout).toBe(found.stdout)
})

describe('one patch for all', () => {
  test.each(['.', 'services'])('git apply takes it in %s', async below => {
    const options = repository({
      'services/a/requirements.txt': older,
      'services/b c/requirements.txt': newer,
      'services/d/requirements.txt': 'torchvision\n',
    })
    const git = (args: readonly string[], input = '') =>
      spawnSync('git', args, {
        cwd: join(options.cwd, below),
        input,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: temporary },
      })
    rmSync(join(options.cwd, '.git'), { recursive: true })
    expect(git(['init', '-q', options.cwd]).status).toBe(0)
    const cwd = join(options.cwd, below)
    const done = await rewrite(['.'], { ...options, cwd })
    const patch = reports.text(done.result, { ...plain, diffOnly: true })
    expect(git(['apply'], patch)).toMatchObject({ status: 0, stderr: '' })
    const applied = filesBelow(options.cwd).map(file => readFileSync(join(options.cwd, file)))
    expect(git(['apply', '-R'], patch).status).toBe(0)
    await save(done)
    expect(filesBelow(options.cwd).map(file => readFileSync(join(options.cwd, file)))).toEqual(applied)
    expect(done.rewritten).toHaveLength(3)
  })
})
