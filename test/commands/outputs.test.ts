import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { outputsOf } from '../../src/commands/outputs.ts'
import { TorchpinError } from '../../src/contract/errors.ts'
import { imageTar } from '../audit/make-image.ts'
import { file } from '../audit/make-tar.ts'
import { commandIn } from '../loopback/in-process.ts'
import { plain } from '../report/sample.ts'
import { sandbox } from '../sandbox.ts'

const { temporary, folderWith } = sandbox()

describe('--output', () => {
  const reports = { json: (text: string) => `{${text}}`, markdown: (text: string) => `*${text}*` }

  test.each([
    ['no format', 'report.json'],
    ['no file', 'json='],
    ['nothing', ''],
    ['a format of another command', 'svg=a.svg'],
    ['a name that every object has', 'toString=a'],
  ])('refuses %s', (_, output) => {
    expect(() => outputsOf({ output: [output] }, reports)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', hint: expect.stringContaining('the formats are json, markdown') }),
    )
  })

  test('writes each file, in place of what is there; a name may hold =', async () => {
    const folder = folderWith({ 'a.json': 'something longer that was there' })
    const output = [`json=${join(folder, 'a.json')}`, `markdown=${join(folder, 'a=b.md')}`]
    await outputsOf({ output }, reports)('x', plain, [])
    expect(readFileSync(join(folder, 'a.json'), 'utf8')).toBe('{x}')
    expect(readFileSync(join(folder, 'a=b.md'), 'utf8')).toBe('*x*')
  })

  test('says which file cannot be written', async () => {
    const output = [`json=${join(temporary, 'missing', 'a.json')}`]
    const error = await outputsOf({ output }, reports)('x', plain, []).catch(error => error)
    expect(error).toBeInstanceOf(TorchpinError)
    expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', hint: 'make its folder first' })
    expect(error.message).toContain('a.json')
  })
})

/** The snapshot answers; it gives no sizes for what it does not know, so torch stands alone. */
const settings = { '.git/HEAD': '', 'torchpin.toml': 'offline = true\npython = "3.11"\n' }

describe('one run, several reports', () => {
  test('a check that finds something writes them too, with files named from the top of the repository', async () => {
    const cwd = join(folderWith({ ...settings, 'services/api/requirements.txt': 'torch==2.13.0\n' }), 'services/api')
    const { code, stdout } = await commandIn(temporary)(
      cwd,
      'check --format github --output markdown=a.md --output json=a.json --output sarif=a.sarif'.split(' '),
    )
    expect(code).toBe(1)
    expect(stdout).toMatch(/^::error file=services\/api\/requirements\.txt,line=1,/)
    const read = (name: string) => readFileSync(join(cwd, name), 'utf8')
    expect(read('a.md')).toMatch(/^\| \*\*total\*\* \| 29 packages \| 10 packages \| \*\*−2\.54 GB\*\* \(−93 %\) \|/m)
    expect(JSON.parse(read('a.json'))).toMatchObject({ ok: false, files: [{ path: 'requirements.txt' }] })
    const [{ results }] = JSON.parse(read('a.sarif')).runs
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('services/api/requirements.txt')
  })

  test('a report that cannot be written stops a rewrite before it changes anything', async () => {
    const cwd = folderWith({ ...settings, 'requirements.txt': 'torch==2.13.0\n' })
    const { code, stdout, stderr } = await commandIn(temporary)(
      cwd,
      'rewrite --no-sizes --output json=missing/a.json requirements.txt'.split(' '),
    )
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('error[FILE_UNWRITABLE]: the report cannot be written to missing/a.json')
    expect(readFileSync(join(cwd, 'requirements.txt'), 'utf8')).toBe('torch==2.13.0\n')
  })

  test('--diff-only and --quiet are about standard output: the file has the whole report', async () => {
    const cwd = folderWith({ ...settings, 'requirements.txt': 'torch==2.13.0\n' })
    const { stdout } = await commandIn(temporary)(
      cwd,
      'rewrite --dry-run --diff-only --quiet --no-sizes --output markdown=a.md requirements.txt'.split(' '),
    )
    expect(stdout).toBe('')
    expect(readFileSync(join(cwd, 'a.md'), 'utf8')).toMatch(
      /^\*\*2 changes in requirements\.txt\*\*\n[\s\S]*\n```diff\n/,
    )
  })

  const image = imageTar({ layers: [[file('etc/os-release', '')]] }, 'oci')
  test.each<[string, string[], Record<string, string | Buffer>, string]>([
    ['rewrite --dry-run', ['rewrite', '--dry-run'], { ...settings, 'requirements.txt': 'torch\n' }, 'requirements.txt'],
    ['rewrite', ['rewrite', '.'], { ...settings, 'requirements.txt': 'torch\n' }, './requirements.txt'],
    ['check', ['check'], { ...settings, 'a/requirements.txt': '-r b.txt\n', 'a/b.txt': 'torch\n' }, 'a/b.txt'],
    ['docker check', ['docker', 'check'], { Dockerfile: 'FROM python:3.12-slim\n' }, 'Dockerfile'],
    ['audit', ['audit', 'app.tar'], { 'app.tar': image }, 'app.tar'],
  ])('%s puts no report in the place of what it reads', async (_, command, files, output) => {
    const cwd = folderWith(files)
    const ended = await commandIn(temporary)(cwd, [...command, '--output', `json=${output}`])
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('which this run reads') })
    for (const [name, held] of Object.entries(files)) expect(readFileSync(join(cwd, name))).toEqual(Buffer.from(held))
  })

  test.each([
    ['audit', ['audit', 'site-packages'], { 'site-packages/a-1.dist-info/RECORD': '' }],
    ['docker check', ['docker', 'check'], { Dockerfile: 'FROM python:3.12-slim\n' }],
  ])('%s has it too', async (_, command, files) => {
    const cwd = folderWith(files)
    const { code } = await commandIn(temporary)(cwd, [...command, '--output', 'json=a.json'])
    expect(code).toBe(0)
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toMatchObject({ schema: 1, ok: true })
  })

  test('a run that ends with an error has none', async () => {
    const cwd = folderWith({ ...settings, 'requirements.txt': 'torch=2\n' })
    const { code } = await commandIn(temporary)(cwd, ['check', '--output', 'json=a.json'])
    expect(code).toBe(2)
    expect(readdirSync(cwd)).not.toContain('a.json')
  })
})
