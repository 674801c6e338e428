import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandsOf } from '../../src/commands/command-tree.ts'
import { settingOf } from '../../src/commands/config.ts'
import { configSchema } from '../../src/commands/config-schema.ts'
import { createProgram } from '../../src/commands/program.ts'
import { settings } from '../../src/commands/settings.ts'
import { settingsPage } from '../../src/commands/settings-page.ts'
import { commandIn } from '../loopback/in-process.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'

const { indexes, temporary, folderWith } = sandbox(cpu2023, main2023)

/** Runs a command in a folder with these files, the indexes and the Python set by the first torchpin.toml among them. */
function run(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  { below = '.', env = {} }: { readonly below?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const cwd = folderWith({})
  for (const [name, text] of Object.entries({
    '.git/HEAD': '',
    'requirements.txt': 'torch>=2.0.0\nfastapi\n',
    ...files,
  })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main))
  }
  symlinkSync('/', join(cwd, 'link'))
  return commandIn(temporary)(join(cwd, below), args, { env })
}

const base = 'cpu-index-url = "{CPU}"\nindex-url = "{MAIN}"\npython = "3.11"\nsizes = false\n'
const rewriteJson = ['rewrite', '--dry-run', '--format', 'json', 'requirements.txt']

describe('settings of the repository', () => {
  test.each([
    { id: 'torchpin.toml', files: { 'torchpin.toml': `${base}pin = "all"\n` } },
    {
      id: 'pyproject.toml',
      files: { 'pyproject.toml': `[project]\nname = "a"\n[tool.torchpin]\n${base}pin = "all"\n` },
    },
    {
      id: 'torchpin.toml goes first',
      files: { 'torchpin.toml': `${base}pin = "all"\n`, 'pyproject.toml': '[tool.torchpin]\npin = "torch"\n' },
    },
    {
      id: 'a pyproject.toml that is none and says nothing of it',
      files: { 'torchpin.toml': `${base}pin = "all"\n`, 'pyproject.toml': '[[[\n' },
    },
  ])('$id', async ({ files }) => {
    const { stdout, stderr, code } = await run(files, rewriteJson)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const { target, savings, files: rewritten } = JSON.parse(stdout)
    expect(target).toMatchObject({ python: ['3.11'] })
    expect(savings).toBeNull()
    expect(rewritten[0].diff).toContain('+fastapi==0.104.1')
  })

  test('flags win', async () => {
    const { stdout } = await run({ 'torchpin.toml': `${base}pin = "all"\n` }, [...rewriteJson, '--pin', 'torch'])
    expect(JSON.parse(stdout).files[0].diff).toContain(' fastapi\n')
  })

  test('the nearest file counts, alone, up to the top of the repository', async () => {
    const files = {
      'torchpin.toml': base,
      'app/requirements.txt': 'torch>=2.0.0\nfastapi\n',
      'app/torchpin.toml': `${base}pin = "all"`,
    }
    const below = await run(files, rewriteJson, { below: 'app' })
    expect(JSON.parse(below.stdout).files[0].diff).toContain('+fastapi==0.104.1')
    const above = await run({ ...files, 'app/torchpin.toml': '', 'lib/requirements.txt': 'torch>=2\n' }, rewriteJson, {
      below: 'lib',
    })
    expect(JSON.parse(above.stdout).target.source).toBe('--python')
  })

  test('a list for what may be given more than once', async () => {
    const { stdout } = await run({ 'torchpin.toml': `${base.replace('"3.11"', '["3.10", "3.11"]')}` }, rewriteJson)
    expect(JSON.parse(stdout).target.python).toEqual(['3.10', '3.11'])
  })

  test("what is another command's alone does not disturb", async () => {
    const { code } = await run({ 'torchpin.toml': `${base}max-download = "1GB"\n` }, rewriteJson)
    expect(code).toBe(0)
  })
})

const checkFiles = ['check', 'requirements.txt']

/** In which file a setting is, and in which line. */
const places = [
  { file: 'torchpin.toml', before: '# Settings\n', line: 2 },
  { file: 'pyproject.toml', before: '[project]\nname = "a"\n\n[tool.torchpin]\n', line: 5 },
]

describe.each(places)('mistakes in $file are told with their place', ({ file, before, line }) => {
  test.each<[id: string, toml: string, told: string, hint: string, args?: readonly string[]]>([
    ['unknown', 'pinn = "all"', 'there is no setting pinn', 'did you mean pin?'],
    ['a key of JavaScript', '__proto__ = 1', 'there is no setting __proto__', 'one of '],
    ['no choice', 'pin = "some"', 'pin = "some" cannot be used', 'one of torch, ranges, all'],
    ['a number', 'python = 3.10', 'python = 3.1 cannot be used', 'write it in quotes, or as a list'],
    ['no switch', 'offline = "yes"', 'offline = "yes" cannot be used', 'write true or false'],
    ['a list of nothing', 'python = []', 'python = [] cannot be used', 'write it in quotes, or as a list'],
    ['a list of numbers', 'platform = [1]', 'platform = [1] cannot be used', 'write it in quotes, or as a list'],
    ['a table', 'index-url = { url = "x" }', 'index-url = {"url":"x"} cannot be used', 'write it in quotes'],
    ['no platform', 'platform = "linux"', 'platform = "linux": --platform linux is not known', 'one of linux-x86_64'],
    [
      'one of several',
      'platform = ["macos-arm64", "linux"]',
      'platform = ["macos-arm64","linux"]: --platform linux',
      'one',
    ],
    ['no Python', 'python = "three"', 'python = "three": --python three is not a Python version', 'write it as 3.11'],
    [
      'no date',
      'exclude-newer = "monday"',
      'exclude-newer = "monday": --exclude-newer monday is not',
      'write it as 2026',
    ],
    [
      'no size',
      'max-download = "many"',
      'max-download = "many": --max-download many is not a size',
      'write',
      checkFiles,
    ],
    [
      'no size',
      'max-installed = "1XB"',
      'max-installed = "1XB": --max-installed 1XB is not a size',
      'write',
      checkFiles,
    ],
    ['no size of an image', 'max-size = "-1"', 'max-size = "-1": --max-size -1 is not a size', 'write', ['audit', '.']],
    ['no number', 'limit = "ten"', 'limit = "ten": --limit NaN is not a number', 'write it as 10', ['versions']],
    ['no code', 'ignore = "all"', 'ignore = "all": --ignore all: docker check has no', 'torchpin', ['docker', 'check']],
    ['no port', 'port = 99999', 'port = 99999: --port 99999 is no port', 'a number', ['docker', 'init']],
    ['no command', 'entry-point = "\'"', 'entry-point = "\'": --entry-point is no', 'write', ['docker', 'init']],
    ['no URL', 'index-url = "http://"', 'index-url = "http://": --index-url is not an http(s)', 'for example'],
    ['no wheels', 'offline = true', 'offline = true: --verify asks the', 'leave one', [...rewriteJson, '--verify']],
  ])('%s: %s', async (_, toml, told, hint, args = rewriteJson) => {
    const { code, stdout, stderr } = await run({ Dockerfile: 'FROM python\n', [file]: `${before}${toml}\n` }, args)
    expect(stderr).toContain(`error[BAD_OPTION]: ${file}:${line}: ${told}`)
    expect(stderr).toContain(`hint: ${hint}`)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})

describe('the place of a mistake', () => {
  test('is the line in the table of torchpin, not one like it', async () => {
    const files = { 'pyproject.toml': '[tool.other]\npinn = 1\n[tool.torchpin]\npinning = "pinn = 1"\npinn = 1\n' }
    expect((await run(files, rewriteJson)).stderr).toMatch(/pyproject\.toml:4: there is no setting pinning/)
    const alone = { 'pyproject.toml': '[tool.other]\npinn = 1\n[tool.torchpin]\npin = "all" # pinn = 1\npinn = 1\n' }
    expect((await run(alone, rewriteJson)).stderr).toContain('pyproject.toml:5: there is no setting pinn')
  })

  test('is found in a table that is written in a line', async () => {
    const files = { 'pyproject.toml': '[tool]\ntorchpin = { pin = "all", platform = "linux" }\n' }
    expect((await run(files, rewriteJson)).stderr).toContain('pyproject.toml:2: platform = "linux": ')
  })

  test('is that of the flag where a flag gives the value', async () => {
    const { stderr } = await run({ 'torchpin.toml': 'platform = "macos-arm64"\n' }, [...rewriteJson, '--platform', 'x'])
    expect(stderr).toMatch(/^error\[BAD_OPTION\]: --platform x is not known\n/)
  })

  test('a file that is no TOML is told with its line', async () => {
    const { code, stderr } = await run({ 'torchpin.toml': '\npin = all' }, rewriteJson)
    expect(stderr).toContain('error[FILE_UNREADABLE]: torchpin.toml:2:')
    expect(stderr).toContain('hint: mend it, or take the settings of torchpin out')
    expect(code).toBe(2)
  })
})

describe('who may give what', () => {
  const flags = new Set(commandsOf(createProgram()).flatMap(({ options }) => options.map(settingOf)))

  test('is said of every flag, and of nothing else', () =>
    expect(Object.keys(settings).sort()).toEqual([...flags].sort()))

  describe.each(places)('what a repository may not say in $file', ({ file, before, line }) => {
    test.each([
      ['verify = true', 'it starts the pip and the uv'],
      ['verify = false', 'it starts the pip and the uv'],
      ['cache-dir = "cache"', 'it is written to'],
      ['output = "json=../report.json"', 'it is asked of one run'],
      ['fix = true', 'it is asked of one run'],
      ['force = true', 'it is asked of one run'],
      ['dry-run = false', 'it is asked of one run'],
      ['diff-only = true', 'it is asked of one run'],
      ['cpu-index-url = "file:///etc"', 'a repository can only name an http(s) address'],
      ['cpu-index-url = "/etc"', 'a repository can only name an http(s) address'],
      ['cpu-index-url = "https://stranger.example/${TOKEN}/simple"', 'a repository can only name an http(s) address'],
      ['index-url = "https://${TOKEN}@stranger.example/simple"', 'a repository can only name an http(s) address'],
      ['index-url = "https://stranger.example/\\n${TOKEN}"', 'a repository can only name an http(s) address'],
      ['context = ".."', 'a repository can only name a folder in it'],
      ['context = "/"', 'a repository can only name a folder in it'],
      ['context = "link"', 'a repository can only name a folder in it'],
    ])('%s', async (toml, told) => {
      const [key = ''] = toml.split(' ')
      const { code, stdout, stderr } = await run({ [file]: `${before}${toml}\n` }, rewriteJson)
      expect(stderr).toContain(`error[BAD_OPTION]: ${file}:${line}: ${key} = `)
      expect(stderr).toContain(told)
      expect(stderr).toContain(`hint: take it out, and give --${key} on the command line`)
      expect(stdout).toBe('')
      expect(code).toBe(2)
    })
  })

  test.each(['context = "."', 'context = "app"'])('it may say %s', async toml => {
    const files = { 'torchpin.toml': `${base}${toml}\n`, 'app/x': '' }
    expect(await run(files, rewriteJson)).toMatchObject({ code: 0, stderr: '' })
  })

  test('a variable of the user names the cache, and a flag goes before it', async () => {
    const folder = folderWith({})
    const env = { TORCHPIN_CACHE_DIR: join(folder, 'variable') }
    await run({ 'torchpin.toml': base }, rewriteJson, { env })
    expect(readdirSync(folder)).toEqual(['variable'])
    await run({ 'torchpin.toml': base }, [...rewriteJson, '--cache-dir', join(folder, 'flag')], { env })
    expect(readdirSync(folder).sort()).toEqual(['flag', 'variable'])
  })

  test('docs/settings.md is what the table says (scripts/make-config-schema.ts)', () =>
    expect(readFileSync(resolve(import.meta.dirname, '../../docs/settings.md'), 'utf8')).toBe(
      settingsPage(createProgram()),
    ))
})

test('a budget is held whatever sizes says, and the settings of the README work', async () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')
  const [, sample = ''] = /## Settings.*?```toml\n(.*?)```/s.exec(readme) ?? []
  expect(sample).toMatch(/^max-download = "800MB"\nsizes = false/m)
  const indexLines = base.replace(/^(?:python|sizes).*\n/gm, '')
  const settings = sample.replace('python = "3.12"', 'python = "3.11"')
  const sample1 = await run({ 'torchpin.toml': `${indexLines}${settings}` }, ['check', '--format', 'json'])
  expect(JSON.parse(sample1.stdout).budgets).toMatchObject([{ name: 'max-download', limit: 800e6, exceeded: false }])
  const tight = settings.replace('800MB', '1kB')
  const { stdout, code } = await run({ 'torchpin.toml': `${indexLines}${tight}` }, ['check', '--format', 'json'])
  const codes = JSON.parse(stdout).findings.map(({ code }: { code: string }) => code)
  expect(codes).toContain('over-budget')
  expect(codes).not.toContain('budget-unknown')
  expect(code).toBe(1)
})

test('schema/config.json is what the flags make (scripts/make-config-schema.ts)', () => {
  const schema = resolve(import.meta.dirname, '../../schema/config.json')
  expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(configSchema(createProgram()))
})
