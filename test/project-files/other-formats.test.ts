import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatOf, otherFormatAmong } from '../../src/project-files/other-formats.ts'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { sandbox } from '../sandbox.ts'

const texts: readonly { what: string; text: string; instead: RegExp }[] = [
  {
    what: 'what pip list prints',
    text: 'Package           Version\n----------------- -------\ntorch             2.1.0\nnumpy             1.26.3\n',
    instead: /pip list --format=freeze/,
  },
  {
    what: 'a list of names and versions',
    text: 'torch 2.1.0\nnumpy 1.26.3\nsix 1.16.0\n',
    instead: /write ==/,
  },
  {
    what: 'a conda list',
    text: '# packages in environment at /opt/conda:\n#\n# Name                    Version                   Build  Channel\n_libgcc_mutex             0.1                        main\nnumpy                     1.24.3           py310h5f9d8c6_1\n',
    instead: /pytorch is torch/,
  },
  {
    what: 'a conda list',
    text: 'numpy                     1.24.3           py310h5f9d8c6_1    conda-forge\npip                       23.1.2           py310h06a4308_0\n',
    instead: /pytorch is torch/,
  },
  {
    what: 'a conda list (conda list --export)',
    text: '# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\n# platform: linux-64\nnumpy=1.24.3=py310h5f9d8c6_1\n',
    instead: /pytorch is torch/,
  },
  {
    what: 'a conda list (conda list --explicit)',
    text: '@EXPLICIT\nhttps://conda.example/linux-64/numpy-1.24.3-py310_0.conda\n',
    instead: /pytorch is torch/,
  },
  { what: 'a conda list', text: '_libgcc_mutex=0.1=main\nnumpy=1.24.3=py310_0\n', instead: /pytorch is torch/ },
  {
    what: 'a conda environment file',
    text: 'name: app\nchannels:\n  - pytorch\ndependencies:\n  - pytorch\n  - pip:\n    - fastapi\n',
    instead: /cpuonly/,
  },
  {
    what: 'a folder listing (dir)',
    text: ' Volume in drive C is Windows\r\n\r\n Directory of C:\\project\r\n\r\n01/02/2024  10:00 AM    <DIR>          .\r\n',
    instead: /pip freeze/,
  },
  {
    what: 'a folder listing (PowerShell)',
    text: '\n    Directory: C:\\project\n\nMode                 LastWriteTime         Length Name\n----                 -------------         ------ ----\n-a----        1/2/2024  10:00 AM           1234 app.py\n',
    instead: /pip freeze/,
  },
  {
    what: 'the log of an installation',
    text: 'Collecting torch\n  Downloading torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl (670.2 MB)\nSuccessfully installed torch-2.1.0\n',
    instead: /pip freeze/,
  },
  {
    what: 'an error message of Python',
    text: 'Traceback (most recent call last):\n  File "app.py", line 1, in <module>\nModuleNotFoundError: No module named x\n',
    instead: /pip freeze/,
  },
  { what: 'a web page', text: '\n<!DOCTYPE html>\n<html lang="en">\n<p>torch==2.1.0</p>\n</html>\n', instead: /Raw/ },
  { what: 'JSON', text: '[{"name": "torch", "version": "2.1.0"}]\n', instead: /pip freeze/ },
  { what: 'JSON', text: '{\n  "name": "app",\n  "dependencies": {}\n}\n', instead: /pip freeze/ },
  {
    what: 'a project file in TOML',
    text: '[project]\nname = "app"\ndependencies = ["torch>=2"]\n',
    instead: /torchpin rewrite pyproject\.toml.*uv pip compile/,
  },
  { what: 'a project file of Pipenv', text: '[packages]\ntorch = "*"\n', instead: /pipenv requirements/ },
  {
    what: 'a lock file',
    text: 'version = 1\n\n[[package]]\nname = "torch"\nversion = "2.1.0"\n',
    instead: /uv export/,
  },
  {
    what: 'a setup script',
    text: 'from setuptools import setup\n\nsetup(\n    name="app",\n)\n',
    instead: /uv pip compile/,
  },
  {
    what: 'a Dockerfile',
    text: 'FROM python:3.11-slim\nRUN pip install torch\nCMD ["python"]\n',
    instead: /docker check/,
  },
]

const { temporary: cwd } = sandbox()

describe('a file of another format that is given as requirements', () => {
  test.each(texts.map((row, i) => ({ ...row, i })))('$i: $what, said once', async ({ what, text, instead }) => {
    writeFileSync(join(cwd, 'requirements.txt'), text)
    const error = await rewrite(['requirements.txt'], { cwd, environment: {} }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `requirements.txt is ${what}, not a requirements file`,
      hint: expect.stringMatching(instead),
    })
  })

  test('PowerShell writes it in UTF-16', async () => {
    const [{ text }] = texts.filter(({ what }) => what === 'a folder listing (dir)') as [(typeof texts)[number]]
    writeFileSync(join(cwd, 'requirements.txt'), `\uFEFF${text}`, 'utf16le')
    await expect(rewrite(['requirements.txt'], { cwd, environment: {} })).rejects.toThrow('is a folder listing (dir)')
  })

  test.each([
    ['a wrong line among good ones', 'torch==2.1.0\nnumpy==1.26.3\nsix 1.16.0\n', /^requirements\.txt:3:5: /],
    ['a log that a comment quotes', '# Collecting torch\ntorch==2.1.0\nnumpy = 1\n', /^requirements\.txt:3:7: /],
  ])('%s is told by its line', async (_, text, message) => {
    writeFileSync(join(cwd, 'requirements.txt'), text)
    await expect(rewrite(['requirements.txt'], { cwd, environment: {} })).rejects.toThrow(message)
  })

  test('--exclude is proposed for what was found, and not for what was named', async () => {
    writeFileSync(join(cwd, 'requirements.txt'), 'torch==2.1.0\nsix 1.16.0\n')
    const hintOf = (path: string) =>
      rewrite([path], { cwd, environment: {} }).then(
        () => undefined,
        ({ hint }: { hint: string }) => hint,
      )
    expect(await hintOf('.')).toContain('--exclude')
    expect(await hintOf('requirements.txt')).toBe(
      'pip refuses such a line too; mend it and run again; nothing was changed',
    )
  })
})

test.each(['torch==2.1.0\n', '', 'Please install these first\n'])('%j looks like nothing that is known', text => {
  expect(formatOf(text)).toBeUndefined()
})

test.each([
  { names: ['app.py', 'pyproject.toml', 'setup.py'], name: 'pyproject.toml' },
  { names: ['Pipfile', 'Pipfile.lock'], name: 'Pipfile' },
  { names: ['environment.yml'], name: 'environment.yml' },
  { names: ['environment-cpu.yaml'], name: 'environment-cpu.yaml' },
  { names: ['setup.cfg'], name: 'setup.cfg' },
  { names: ['app.py', 'pyproject.toml.bak'], name: undefined },
])('among $names: $name', ({ names, name }) => {
  expect(otherFormatAmong(names)?.name).toBe(name)
})
