import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { configSchema } from '../../src/commands/config-schema.ts'
import { createProgram } from '../../src/commands/program.ts'
import { type Loopback, serveIndexes } from '../loopback/indexes.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'

let indexes: Loopback
let temporary: string

beforeAll(async () => {
  indexes = await serveIndexes(cpu2023, main2023)
  temporary = realpathSync(mkdtempSync(join(tmpdir(), 'torchpin-config-')))
})
afterAll(async () => {
  await indexes.close()
  rmSync(temporary, { recursive: true })
})

/** Runs a command in a folder with these files, the indexes and the Python set by the first torchpin.toml among them. */
function run(files: Readonly<Record<string, string>>, args: readonly string[], below = '.') {
  const cwd = mkdtempSync(join(temporary, 'run-'))
  for (const [name, text] of Object.entries({
    '.git/HEAD': '',
    'requirements.txt': 'torch>=2.0.0\nfastapi\n',
    ...files,
  })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main))
  }
  return torchpinIn(temporary)(join(cwd, below), args)
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
    const below = await run(files, rewriteJson, 'app')
    expect(JSON.parse(below.stdout).files[0].diff).toContain('+fastapi==0.104.1')
    const above = await run(
      { ...files, 'app/torchpin.toml': '', 'lib/requirements.txt': 'torch>=2\n' },
      rewriteJson,
      'lib',
    )
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

describe('mistakes are told with their place', () => {
  test.each([
    {
      id: 'unknown',
      toml: 'pinn = "all"',
      told: 'torchpin.toml:1: there is no setting pinn',
      hint: 'did you mean pin?',
    },
    {
      id: 'no choice',
      toml: '\npin = "some"',
      told: 'torchpin.toml:2: pin cannot be "some"',
      hint: 'one of torch, ranges, all',
    },
    {
      id: 'a number',
      toml: 'python = 3.10',
      told: 'torchpin.toml:1: python cannot be 3.1',
      hint: 'write it in quotes, or as a list',
    },
    {
      id: 'no switch',
      toml: 'offline = "yes"',
      told: 'torchpin.toml:1: offline cannot be "yes"',
      hint: 'write true or false',
    },
    {
      id: 'a list of nothing',
      toml: 'python = []',
      told: 'torchpin.toml:1: python cannot be []',
      hint: 'write it in quotes, or as a list',
    },
    {
      id: 'what is asked of one run',
      toml: 'fix = true',
      told: 'torchpin.toml:1: there is no setting fix',
      hint: 'one of ',
    },
    {
      id: 'no TOML',
      toml: 'pin = all',
      told: 'torchpin.toml:1:',
      hint: 'mend it, or take the settings of torchpin out',
    },
  ])('$id', async ({ toml, told, hint }) => {
    const { code, stdout, stderr } = await run({ 'torchpin.toml': toml }, rewriteJson)
    expect(stderr).toContain(told)
    expect(stderr).toContain(`hint: ${hint}`)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('in pyproject.toml, at the line in its table', async () => {
    const files = { 'pyproject.toml': '[tool.other]\npinn = 1\n[tool.torchpin]\npinn = 1\n' }
    expect((await run(files, rewriteJson)).stderr).toContain('pyproject.toml:4: there is no setting pinn')
  })
})

test('schema/config.json is what the flags make (scripts/make-config-schema.ts)', () => {
  const schema = resolve(import.meta.dirname, '../../schema/config.json')
  expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(configSchema(createProgram()))
})
