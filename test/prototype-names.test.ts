import { expect, test } from 'vitest'
import { readSize } from '../src/contract/results/budget.ts'
import { checkDockerfile } from '../src/docker/check.ts'
import { parseRequirements } from '../src/formats/requirements/parse.ts'
import { readPipConfig } from '../src/package-index/pip-config.ts'
import { parseSimpleJson } from '../src/package-index/simple-json.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { commandIn } from './loopback/in-process.ts'
import { folderWith } from './workspace/temporary.ts'

/** What every object has, and what would change all of them. */
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

test.each(names)('%s is a name like any other', async name => {
  const clean = Object.keys(Object.prototype)
  const file = { filename: 'a-1-py3-none-any.whl', url: 'https://example.org/a-1-py3-none-any.whl' }
  const hashes = JSON.parse(`{"${name}": "ab", "sha256": "cd"}`)
  const page = { files: [{ ...file, hashes }], meta: { 'api-version': '1.0' } }
  expect(parseSimpleJson(JSON.stringify(page), 'https://example.org/')[0]!.hashes['sha256']).toBe('cd')

  const conf = folderWith({ 'pip.conf': `[${name}]\n${name} = 1\n[global]\n${name} = ${name}\ntimeout = 7\n` })
  expect(await readPipConfig({}, [`${conf}/pip.conf`])).toMatchObject({ timeout: 7, findLinks: [] })

  expect(() => readSize(`5${name}`, '--max-size')).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))

  const { statements } = parseRequirements(`${name}==1\ntorch[${name}]==2 ; ${name} == "1"\n--${name}=1\n`)
  expect(statements.map(({ kind }) => kind).slice(1)).toEqual(['unreadable', 'unreadable'])

  const cwd = folderWith({
    '.git/HEAD': '',
    Dockerfile: `FROM python:3.12-slim AS ${name}\nARG ${name}=1\nRUN ${name} install ${name} && apt-get ${name} x && pip install ${name} --${name}\nCOPY --from=${name} a b\n`,
    'pyproject.toml': `[tool."${name}"]\n"${name}" = 1\n[project]\nname = "${name}"\n`,
    'uv.lock': `version = 1\n[[package]]\nname = "${name}"\nversion = "1"\ndependencies = [{ name = "${name}", extra = ["${name}"] }]\n[package.optional-dependencies]\n`,
    'requirements.txt': 'six==1.17.0\n',
  })
  const { result } = await checkDockerfile(['.'], { cwd, fix: true })
  expect(result.files[0]!.stages.map(stage => stage.name)).toEqual([name.toLowerCase()])
  const done = await rewrite(['requirements.txt'], {
    cwd,
    offline: true,
    sizes: false,
    python: ['3.12'],
    environment: { HOME: cwd, PIP_CONFIG_FILE: '/dev/null', [name]: name },
  })
  expect(done.result.files).toHaveLength(1)

  const settings = folderWith({ '.git/HEAD': '', 'torchpin.toml': `"${name}" = true\n`, 'requirements.txt': 'six\n' })
  const ended = await commandIn(settings)(settings, ['check', '--offline'])
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(`there is no setting ${name}`) })
  const explained = await commandIn(settings)(folderWith({}), ['explain', name])
  expect(explained).toMatchObject({ code: 2, stderr: expect.not.stringContaining('this is a bug') })
  expect(Object.keys(Object.prototype)).toEqual(clean)
})
