import { describe, expect, test } from 'vitest'
import { installsOf } from '../../src/docker/install.ts'
import { readDockerfile, type Stage } from '../../src/project-files/dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../src/project-files/shell/script.ts'

const commandsOf = (stage: Stage | undefined): ShellCommand[] =>
  stage?.steps.flatMap(step => (step.kind === 'run' || step.kind === 'start' ? step.commands : [])) ?? []
const wordsOf = (source: string) =>
  commandsOf(readDockerfile(source).stages.at(-1)).map(({ words }) => words.map(({ value }) => value ?? '?'))

describe('commands of a RUN', () => {
  test.each([
    { id: 'one', run: 'pip install torch', commands: [['pip', 'install', 'torch']] },
    { id: 'several', run: 'a && b || c; d | e & f', commands: [['a'], ['b'], ['c'], ['d'], ['e'], ['f']] },
    { id: 'continued', run: 'a \\\n  b \\ \n\n  # why\n  c', commands: [['a', 'b', 'c']] },
    { id: 'continued inside a word', run: 'pip inst\\\nall x', commands: [['pip', 'install', 'x']] },
    { id: 'Windows line ends', run: 'a \\\r\n  b\r\n', commands: [['a', 'b']] },
    { id: 'quotes', run: `a "b c" 'd "e' f\\ g "h\\"i" ""`, commands: [['a', 'b c', 'd "e', 'f g', 'h"i', '']] },
    {
      id: 'a range in quotes',
      run: 'pip install "torch>=2" \'x[y]<3\'',
      commands: [['pip', 'install', 'torch>=2', 'x[y]<3']],
    },
    { id: 'a range without: a redirection', run: 'pip install torch>=2', commands: [['pip', 'install', 'torch']] },
    { id: 'redirections', run: 'a 2>&1 > b c >> d <e', commands: [['a', 'c']] },
    { id: 'the exec form', run: '["pip", "install", "a\\u0062"]', commands: [['pip', 'install', 'ab']] },
    { id: 'no exec form after all', run: "['pip', 'install']", commands: [['[pip,', 'install]']] },
    {
      id: 'a shell with a script',
      run: `bash -lc 'cd /x && pip install "torch"'`,
      commands: [
        ['cd', '/x'],
        ['pip', 'install', 'torch'],
      ],
    },
    {
      id: 'a shell in the exec form',
      run: '["sh", "-c", "pip install \\"torch\\""]',
      commands: [['pip', 'install', 'torch']],
    },
    { id: 'what runs another', run: 'sudo -E -u x env A=1 exec pip install y', commands: [['pip', 'install', 'y']] },
    { id: 'conda run', run: 'conda run --no-capture-output -n env pip install y', commands: [['pip', 'install', 'y']] },
    {
      id: 'a condition',
      run: 'if [ -f x ]; then pip install -r x; fi',
      commands: [
        ['[', '-f', 'x', ']'],
        ['pip', 'install', '-r', 'x'],
      ],
    },
    { id: 'a group', run: '{ a; b; } && (c)', commands: [['a'], ['b'], ['c']] },
    { id: 'a case', run: 'case "$X" in a) b ;; c|d) e ;; esac; f', commands: [['b'], ['e'], ['f']] },
    {
      id: 'a comment with a backslash between the lines of one',
      run: '\\\n# C:\\x\n  pip install a',
      commands: [['pip', 'install', 'a']],
    },
    { id: 'a comment at the end', run: 'a # b && c', commands: [['a']] },
    { id: 'a substitution', run: 'a $(b "c)") `d e` f', commands: [['a', '?', '?', 'f']] },
    {
      id: 'variables of its own',
      run: 'X=1 && export Y="a b" && c $X "$Y" $Y',
      commands: [
        ['export', 'Y=a b'],
        ['c', '1', 'a b', 'a', 'b'],
      ],
    },
    { id: 'a variable nobody knows', run: 'a $NOBODY "$1"', commands: [['a', '?', '?']] },
    { id: 'a loop', run: 'for p in a b; do pip install $p; done', commands: [['pip', 'install', '?']] },
    { id: 'a here-document', run: '<<EOF\na\nb \\\n  c\n# d\nEOF', commands: [['a'], ['b', 'c']] },
    { id: 'one for another program', run: 'python3 <<EOF\npip install torch\nEOF', commands: [['python3']] },
    { id: 'one with a program of its own', run: '<<EOF\n#!/usr/bin/env python3\npip install torch\nEOF', commands: [] },
    {
      id: 'one for a shell',
      run: 'bash <<EOF\npip install torch\nEOF',
      commands: [['bash'], ['pip', 'install', 'torch']],
    },
    { id: 'one inside of one', run: '<<EOF\ncat <<X\npip install torch\nX\na\nEOF', commands: [['cat'], ['a']] },
    { id: 'flags', run: '--mount=type=cache,target=/x --network=none a b', commands: [['a', 'b']] },
    { id: 'nothing', run: '', commands: [] },
  ])('$id', ({ run, commands }) => {
    expect(wordsOf(`FROM x\nRUN ${run}\n`)).toEqual(commands)
  })

  test('with the escape directive', () => {
    expect(wordsOf('# escape=`\nFROM x\nRUN a `\n  b\n')).toEqual([['a', 'b']])
  })

  test('a shell that is none of ours is not read', () => {
    expect(wordsOf('FROM x\nSHELL ["powershell", "-command"]\nRUN pip install torch\n')).toEqual([])
  })

  test.each([
    { run: 'pip install a', conditional: false },
    { run: 'x || pip install a', conditional: true },
    { run: 'if [ -f r ]; then pip install a; fi', conditional: false },
    { run: 'if [ -f r ]; then pip install a; else b; fi', conditional: true },
    { run: 'if [ "$GPU" = 1 ]; then pip install a; fi', conditional: true },
    { run: 'case $GPU in 1) pip install a ;; esac', conditional: true },
    { run: 'if x; then y; fi; pip install a', conditional: false },
  ])('$run: conditional $conditional', ({ run, conditional }) => {
    const command = commandsOf(readDockerfile(`FROM x\nRUN ${run}\n`).stages[0]).find(
      ({ words }) => words[0]?.value === 'pip',
    )
    expect(command?.conditional).toBe(conditional)
  })
})

describe('variables', () => {
  test.each([
    { id: 'a global ARG in FROM', text: 'ARG V=3.11\nFROM python:${V}-slim', image: 'python:3.11-slim' },
    { id: 'one made of another', text: 'ARG V=3.11\nARG T=${V}-slim\nFROM python:$T', image: 'python:3.11-slim' },
    {
      id: 'one made of another on its line',
      text: 'ARG V=3.11 T=${V}-slim\nFROM python:$T',
      image: 'python:3.11-slim',
    },
    { id: 'without a default', text: 'ARG V\nFROM python:$V', image: undefined },
    { id: ':-', text: 'FROM python:${V:-3.12}', image: 'python:3.12' },
    { id: ':- of an empty one', text: 'ARG V=""\nFROM python:${V:-3.12}', image: 'python:3.12' },
    { id: '- of an empty one', text: 'ARG V=""\nFROM python:3${V-.12}', image: 'python:3' },
    { id: ':+', text: 'ARG S=y\nFROM python:3${S:+-slim}', image: 'python:3-slim' },
    { id: ':+ of none', text: 'FROM python:3${S:+-slim}', image: 'python:3' },
    { id: 'quotes', text: 'ARG V="3.11"\nFROM "python:$V"', image: 'python:3.11' },
    { id: 'a form that is not read', text: 'ARG V=3.11\nFROM python:${V%.*}', image: undefined },
  ])('$id', ({ text, image }) => {
    expect(readDockerfile(text).stages[0]?.image).toBe(image)
  })

  test.each([
    { id: 'an ARG is not known in a stage that does not name it', text: 'ARG A=1\nFROM x', value: undefined },
    { id: 'a stage that names it has its default', text: 'ARG A=1\nFROM x\nARG A', value: '1' },
    { id: 'ENV goes before ARG', text: 'FROM x\nENV A=2\nARG A=1', value: '2' },
    { id: 'the old form', text: 'FROM x\nENV A b c', value: 'b c' },
    { id: 'in one instruction the value of before', text: 'FROM x\nENV A=1\nENV A=2 B=$A\nENV A=$B', value: '1' },
    { id: 'from the stage below', text: 'FROM x AS b\nENV A=1\nFROM b', value: '1' },
    { id: 'not known', text: 'FROM x\nENV A=$B', value: undefined },
  ])('$id', ({ text, value }) => {
    expect(readDockerfile(text).stages.at(-1)?.values.get('A')).toBe(value)
  })
})

describe('stages', () => {
  test('names, numbers and images', () => {
    const { stages } = readDockerfile(
      'FROM x AS One\nFROM one AS two\nFROM y\nCOPY --from=two /a /b\nCOPY --from=0 /a /b\nCOPY --from=z:1 /a /b\n',
    )
    const [one, two, last] = stages
    expect(two!.parent).toBe(one)
    const copies = last!.steps.map(step => (step.kind === 'copy' ? step.from : undefined))
    expect(copies).toEqual([
      { stage: two, image: undefined },
      { stage: one, image: undefined },
      { stage: undefined, image: 'z:1' },
    ])
  })
})

describe('installs', () => {
  test.each([
    ['pip install a', 'pip install'],
    ['pip3 --no-cache-dir install a', 'pip install'],
    ['pip3.11 install a', 'pip install'],
    ['python -m pip install a', 'pip install'],
    ['python3.11 -I -m pip install a', 'pip install'],
    ['/opt/venv/bin/pip install a', 'pip install'],
    ['"$VENV"/bin/pip install a', 'pip install'],
    ['pip wheel -w /w a', 'pip wheel'],
    ['uv pip install a', 'uv pip install'],
    ['uv --no-progress pip sync r.txt', 'uv pip sync'],
    ['python -m uv pip install a', 'uv pip install'],
    ['uv sync --frozen', 'uv sync'],
    ['uv add a', 'uv add'],
    ['pip install -Ur r.txt', 'pip install'],
    ['poetry --no-ansi install', 'poetry install'],
    ['pipenv install --deploy', 'pipenv install'],
    ['mamba install -y a', 'conda install'],
    ['pip list', undefined],
    ['pip config set a b', undefined],
    ['echo pip install a', undefined],
    ['python install.py', undefined],
    ['pipx install a', undefined],
  ])('%s', (run, install) => {
    const [found] = installsOf(readDockerfile(`FROM x\nRUN ${run}\n`).stages[0]!)
    expect(found && `${found.tool} ${found.verb.value}`).toBe(install)
  })
})
