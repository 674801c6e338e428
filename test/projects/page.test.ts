import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyProject, readRows } from '../../integrations/uv-projects/rows.ts'
import { commandIn } from '../loopback/in-process.ts'
import { sandbox } from '../sandbox.ts'

/** docs/projects.md: its example comes out as it stands there, and its commands do what it says of them. No uv is there. */
const page = readFileSync(resolve(import.meta.dirname, '../../docs/projects.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, block]) =>
  language === '' ? block : '',
)
const commands = [...blocks.join('').matchAll(/^torchpin .*$/gm)].map(([line]) => line.replace(/\s+#.*$/, ''))
const [, diff = ''] = /^```diff\n(.*?)^```$/ms.exec(page)!
const side = (sign: string) =>
  diff
    .split(/(?<=\n)/)
    .filter(line => [' ', sign].includes(line[0]!))
    .map(line => line.slice(1))
    .join('')

const box = sandbox()
const command = commandIn(box.temporary)
const run = (cwd: string, line: string) => command(cwd, line.split(' ').slice(1), { env: { PATH: box.folderWith({}) } })
const read = (cwd: string, name: string) => readFileSync(join(cwd, name), 'utf8')
const offline = 'offline = true\nsizes = false\n'

/** A folder with the project of the page, one that a choice of extras makes right or wrong, and a script. */
function service(): string {
  const cwd = box.folderWith({ 'torchpin.toml': offline, 'pyproject.toml': `${side('-')}\n[tool.uv]\n` })
  writeFileSync(join(cwd, 'embed.py'), '# /// script\n# dependencies = ["sentence-transformers>=3"]\n# ///\nprint(1)\n')
  mkdirSync(join(cwd, '.git'))
  return cwd
}

/** A project with an extra for CPU and one for CUDA. */
function chosenByExtra(): string {
  const cwd = box.folderWith({ 'torchpin.toml': `${offline}python = "3.12"\n` })
  copyProject(join(readRows([]).find(({ name }) => name === 'Y')!.folder, 'before'), cwd, text => text)
  for (const name of ['pyproject.toml', 'uv.lock'])
    writeFileSync(join(cwd, name), read(cwd, name).replaceAll(/\bcu\b/g, 'cu128'))
  return cwd
}

test('the example is what a rewrite makes of it', async () => {
  const cwd = box.folderWith({ 'torchpin.toml': offline, 'pyproject.toml': side('-') })
  expect(await run(cwd, 'torchpin rewrite pyproject.toml')).toMatchObject({ code: 0 })
  expect(read(cwd, 'pyproject.toml')).toBe(side('+'))
})

const proofs: Readonly<Record<string, () => Promise<void>>> = {
  'torchpin rewrite --dry-run .': async () => {
    const cwd = service()
    const { code, stdout } = await run(cwd, 'torchpin rewrite --dry-run .')
    expect(code).toBe(0)
    expect(stdout).toContain('+torch = { index = "pytorch-cpu" }\n')
    expect(read(cwd, 'pyproject.toml')).not.toContain('pytorch-cpu')
  },
  'torchpin rewrite .': async () => {
    const cwd = service()
    expect(await run(cwd, 'torchpin rewrite .')).toMatchObject({ code: 0 })
    expect(read(cwd, 'pyproject.toml')).toContain('\ntorch = { index = "pytorch-cpu" }\n')
  },
  'torchpin check .': async () => {
    const cwd = service()
    const found = await run(cwd, 'torchpin check .')
    expect(found.code).toBe(1)
    expect(found.stdout).toContain('error[cpu-index-missing]: the explicit index pytorch-cpu (')
    await run(cwd, 'torchpin rewrite .')
    expect(await run(cwd, 'torchpin check .')).toMatchObject({ code: 0 })
  },
  'torchpin check --extra train --group eval .': async () => {
    const { code, stderr } = await run(service(), 'torchpin check --extra train --group eval .')
    expect(code).toBe(1)
    expect(stderr).toContain('no project here has an extra train')
    expect(stderr).toContain('no project here has a dependency group eval')
  },
  'torchpin rewrite --dry-run --diff-only . | git apply --allow-empty': async () => {
    const cwd = service()
    const { stdout } = await run(cwd, 'torchpin rewrite --dry-run --diff-only .')
    execFileSync('git', ['apply'], { cwd, input: stdout, env: { ...process.env, GIT_CEILING_DIRECTORIES: cwd } })
    expect(read(cwd, 'pyproject.toml')).toContain('\ntorch = { index = "pytorch-cpu" }\n')
  },
  'torchpin check --extra cpu .': async () => {
    expect((await run(chosenByExtra(), 'torchpin check --extra cpu .')).stdout).toMatch(/^Nothing found/m)
  },
  'torchpin check --extra cu128 .': async () => {
    const { code, stdout } = await run(chosenByExtra(), 'torchpin check --extra cu128 .')
    expect(code).toBe(1)
    // The extra for CPU, a line above, is not installed.
    expect(stdout).toMatch(/^pyproject\.toml:9: error\[cuda-installed\]: torch brings CUDA/m)
  },
  'torchpin rewrite embed.py': async () => {
    const cwd = service()
    expect(await run(cwd, 'torchpin rewrite embed.py')).toMatchObject({ code: 0 })
    expect(read(cwd, 'embed.py')).toContain('# torch = { index = "pytorch-cpu" }\n')
  },
}

describe('the commands of the page', () => {
  test('are those that are proved below', () => {
    expect(commands).toEqual(Object.keys(proofs))
  })

  test.each(Object.entries(proofs))('%s', async (_, prove) => {
    await prove()
  })
})
