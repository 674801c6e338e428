import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkCi, saveCiFixes } from '../../src/ci/check.ts'
import { evaluate, filledIn, plainValue } from '../../src/ci/expressions.ts'
import { verbatim } from '../../src/project-files/shell/joined.ts'
import { readYaml } from '../../src/project-files/yaml-nodes.ts'
import { joinedScalar } from '../../src/project-files/yaml-scalars.ts'
import { ciCheckReports } from '../../src/report/ci-check.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import type { Files } from '../workspace/temporary.ts'

const { folderWith, optionsIn, indexes } = sandbox(cpu2023, main2023)

const path = '.github/workflows/tests.yml'
const job = (steps: string, runsOn = 'ubuntu-latest'): string =>
  `on: push\njobs:\n  test:\n    runs-on: ${runsOn}\n    container: python:3.11\n    steps:\n${steps}`
const repository = (files: Files): string => folderWith({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })
const optionsFor = (cwd: string) => {
  const { python: _, ...options } = optionsIn(cwd)
  return options
}

async function found(files: Files, paths: readonly string[] = []): Promise<string[]> {
  const { result } = await checkCi(paths, optionsFor(repository(files)))
  return result.files.flatMap(({ findings }) => findings.map(({ path, line, code }) => `${path}:${line} ${code}`))
}

/** The file as it is after the fixes, with what stands for the index of CPU builds. */
async function fixed(files: Files, name = path): Promise<string> {
  const cwd = repository(files)
  await saveCiFixes(await checkCi([], { ...optionsFor(cwd), fix: true }))
  const text = readFileSync(join(cwd, name), 'utf8')
  const again = await checkCi([], { ...optionsFor(cwd), fix: true })
  expect(again.rewritten).toEqual([])
  return text.replaceAll(indexes.cpu, '{CPU}')
}

test.each(['torch torchvision', 'torchvision torch', 'torchvision'])(
  'pip install %s: what carries CUDA is named',
  async names => {
    const cwd = repository({ [path]: job(`      - run: pip install ${names}\n`) })
    const { result } = await checkCi([], optionsFor(cwd))
    const [message] = result.files.flatMap(({ findings }) => findings.map(({ message }) => message))
    expect(message).toMatch(/^torch(?:vision)? brings CUDA on linux-x86_64: .*\bnvidia-cublas-cu12 12\.1\.3\.1\b/)
  },
)

describe('what is found', () => {
  test.each<{ id: string; files: Files; codes: string[] }>([
    {
      id: 'torch by pip',
      files: { [path]: job('      - run: pip install torch\n') },
      codes: [`${path}:7 ci-installs-cuda`],
    },
    {
      id: 'torch behind an extra of the project',
      files: {
        [path]: job('      - run: pip install -e ".[dev]"\n'),
        'pyproject.toml':
          '[project]\nname = "a"\nversion = "1"\ndependencies = []\n[project.optional-dependencies]\ndev = ["sentence-transformers"]\n',
      },
      codes: [`${path}:7 ci-installs-cuda`],
    },
    { id: 'nothing of torch', files: { [path]: job('      - run: pip install fastapi\n') }, codes: [] },
    {
      id: 'torch from the CPU index before, torchvision behind another project',
      files: {
        [path]: job(
          '      - run: pip install torch --index-url {CPU}\n      - run: pip install sentence-transformers\n',
        ),
      },
      codes: [],
    },
    {
      id: 'torch from the CPU index before, torchvision from the main one',
      files: {
        [path]: job('      - run: pip install torch --index-url {CPU}\n      - run: pip install torchvision\n'),
      },
      codes: [`${path}:8 ci-installs-cuda`],
    },
    {
      id: 'torch and torchvision from the CPU index before',
      files: {
        [path]: job(
          '      - run: pip install torch torchvision --index-url {CPU}\n      - run: pip install sentence-transformers\n',
        ),
      },
      codes: [],
    },
    {
      id: 'a backend of uv',
      files: { [path]: job('      - run: uv pip install --torch-backend=cpu torch\n') },
      codes: [],
    },
    {
      id: 'a backend in the environment',
      files: { [path]: job('      - run: uv pip install torch\n        env:\n          UV_TORCH_BACKEND: cpu\n') },
      codes: [],
    },
    {
      id: 'an index laid down for the steps behind',
      files: {
        [path]: job('      - run: echo "UV_TORCH_BACKEND=cpu" >> "$GITHUB_ENV"\n      - run: uv pip install torch\n'),
      },
      codes: [],
    },
    {
      id: 'a runner with a GPU',
      files: { [path]: job('      - run: pip install torch\n', '[self-hosted, gpu]') },
      codes: [`${path}:7 ci-left-alone`],
    },
    { id: 'macOS', files: { [path]: job('      - run: pip install torch\n', 'macos-latest') }, codes: [] },
    {
      id: 'a branch of the shell',
      files: { [path]: job('      - run: if [ "$A" = b ]; then pip install torch; fi\n') },
      codes: [],
    },
    {
      id: 'a step for CUDA alone',
      files: { [path]: job("      - if: inputs.device == 'cuda'\n        run: pip install torch\n") },
      codes: [],
    },
    {
      id: 'an index for GPUs',
      files: { [path]: job('      - run: pip install torch --index-url https://download.pytorch.org/whl/cu118\n') },
      codes: [`${path}:7 ci-gpu-build`],
    },
    {
      id: 'a script that a step runs',
      files: { [path]: job('      - run: bash ci/install.sh\n'), 'ci/install.sh': 'set -e\npip install torch\n' },
      codes: ['ci/install.sh:2 ci-installs-cuda'],
    },
    {
      id: 'a script that nothing runs',
      files: { 'install.sh': 'pip install torch\n' },
      codes: ['install.sh:1 ci-left-alone'],
    },
    {
      id: 'a target of make',
      files: { [path]: job('      - run: make deps\n'), Makefile: 'all:\n\ttrue\ndeps: all\n\t@pip install torch\n' },
      codes: ['Makefile:4 ci-installs-cuda'],
    },
    {
      id: 'a session of nox',
      files: {
        [path]: job('      - run: nox -s tests\n'),
        'noxfile.py': 'import nox\n\n@nox.session\ndef tests(session):\n    session.install("torch")\n',
      },
      codes: ['noxfile.py:5 ci-installs-cuda'],
    },
    {
      id: 'an environment of tox',
      files: { [path]: job('      - run: tox -e py\n'), 'tox.ini': '[testenv]\ndeps =\n    fastapi\n    torch\n' },
      codes: ['tox.ini:3 ci-installs-cuda'],
    },
    {
      id: 'a composite action of the repository',
      files: {
        [path]: job('      - uses: ./.github/actions/setup\n'),
        '.github/actions/setup/action.yml':
          'runs:\n  using: composite\n  steps:\n    - run: pip install torch\n      shell: bash\n',
      },
      codes: ['.github/actions/setup/action.yml:4 ci-installs-cuda'],
    },
    {
      id: 'a job of GitLab',
      files: { '.gitlab-ci.yml': 'test:\n  image: python:3.11\n  script:\n    - pip install torch\n' },
      codes: ['.gitlab-ci.yml:4 ci-installs-cuda'],
    },
    {
      id: 'a file that a compose file has inside',
      files: {
        'compose.yaml':
          'services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM python:3.11-slim\n        RUN pip install torch\n',
      },
      codes: ['compose.yaml:6 torch-without-cpu-index'],
    },
    {
      id: 'a script for another shell',
      files: { [path]: job('      - shell: pwsh\n        run: pip install torch\n') },
      codes: [`${path}:8 ci-not-judged`],
    },
    {
      id: 'a script for another shell that installs nothing',
      files: { [path]: job('      - shell: python\n        run: print("install")\n') },
      codes: [],
    },
    {
      id: 'a Dockerfile that is none, beside a workflow',
      files: { Dockerfile: 'pip install torch\n', [path]: job('      - run: pip install torch\n') },
      codes: [`${path}:7 ci-installs-cuda`, 'Dockerfile:undefined ci-file-not-read'],
    },
    {
      id: 'YAML that is too long',
      files: { [path]: job(`      - run: pip install torch # ${'x'.repeat(2 ** 17)}\n`) },
      codes: [`${path}:undefined ci-file-not-read`],
    },
    {
      id: 'a list of words in a devcontainer',
      files: { '.devcontainer.json': '{ "image": "python:3.11", "postCreateCommand": ["pip", "install", "torch"] }' },
      codes: ['.devcontainer.json:1 ci-installs-cuda'],
    },
    {
      id: 'a tag for GPUs, beside what the job extends',
      files: {
        '.gitlab-ci.yml': '.a:\n  image: python:3.11\n  script: [pip install torch]\nb: { extends: .a, tags: [gpu] }\n',
      },
      codes: ['.gitlab-ci.yml:3 ci-left-alone'],
    },
    {
      id: 'a question before &&, which only a run answers',
      files: { [path]: job('      - run: command -v nvidia-smi && pip install torch --index-url {CPU}/../cu118\n') },
      codes: [],
    },
    {
      id: 'pipx',
      files: { [path]: job('      - run: pipx install sentence-transformers\n') },
      codes: [`${path}:7 ci-installs-cuda`],
    },
  ])('$id', async ({ files, codes }) => {
    expect(await found(files)).toEqual(codes)
  })

  test('a script that is named is taken to run on a CPU', async () => {
    expect(await found({ 'install.sh': 'pip3.11 install torch\n' }, ['install.sh'])).toEqual([
      'install.sh:1 ci-installs-cuda',
    ])
  })

  test('a file of another kind is refused', async () => {
    await expect(checkCi(['a.txt'], optionsFor(repository({ 'a.txt': '' })))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    })
  })
})

const line = 'pip install torch==2.1.0+cpu torchvision==0.16.0+cpu --index-url {CPU}'

describe('what is mended', () => {
  test.each<{ id: string; steps: string; after: string }>([
    {
      id: 'a plain scalar becomes a block',
      steps: '      - run: pip install sentence-transformers # all\n',
      after: `      - run: |\n          ${line}\n          pip install sentence-transformers # all\n`,
    },
    {
      id: 'a line of a block',
      steps: '      - run: |\n          set -e\n          pip install sentence-transformers\n',
      after: `      - run: |\n          set -e\n          ${line}\n          pip install sentence-transformers\n`,
    },
    {
      id: 'quotes stay',
      steps: `      - run: "pip install sentence-transformers"\n`,
      after: `      - run: "${line} && pip install sentence-transformers"\n`,
    },
    {
      id: 'a chain',
      steps: '      - run: |\n          cd a && pip install sentence-transformers\n',
      after: `      - run: |\n          cd a && ${line} && pip install sentence-transformers\n`,
    },
    {
      id: 'the family alone',
      steps: '      - run: pip install torch\n',
      after: '      - run: pip install --index-url {CPU} torch\n',
    },
    {
      id: 'uv',
      steps: '      - run: uv pip install --system sentence-transformers\n',
      after: '      - run: uv pip install --torch-backend cpu --system sentence-transformers\n',
    },
    {
      id: 'CRLF',
      steps: '      - run: pip install sentence-transformers\r\n',
      after: `      - run: |\r\n          ${line}\r\n          pip install sentence-transformers\r\n`,
    },
    {
      id: '-U is left alone',
      steps: '      - run: pip install -U sentence-transformers\n',
      after: '      - run: pip install -U sentence-transformers\n',
    },
    {
      id: '--no-deps is left alone',
      steps: '      - run: pip install --no-deps torch\n',
      after: '      - run: pip install --no-deps torch\n',
    },
    {
      id: 'an alias stands for it too',
      steps: '      - run: &a pip install torch\n      - run: *a\n',
      after: '      - run: &a pip install torch\n      - run: *a\n',
    },
  ])('$id', async ({ steps, after }) => {
    const crlf = steps.includes('\r')
    const text = crlf ? job('').replaceAll('\n', '\r\n') + steps : job(steps)
    const expected = crlf ? job('').replaceAll('\n', '\r\n') + after : job(after)
    expect(await fixed({ [path]: text })).toBe(expected)
  })

  test('an item of GitLab gets one before it', async () => {
    const text = 'test:\n  image: python:3.11\n  script:\n    - pip install sentence-transformers\n    - pytest\n'
    expect(await fixed({ '.gitlab-ci.yml': text }, '.gitlab-ci.yml')).toBe(
      text.replace('    - pip', `    - ${line}\n    - pip`),
    )
  })

  test('a session of nox gets a call before it', async () => {
    const text = 'import nox\n\n@nox.session\ndef tests(session):\n    session.install("sentence-transformers")\n'
    const files = { [path]: job('      - run: nox -s tests\n'), 'noxfile.py': text }
    expect(await fixed(files, 'noxfile.py')).toBe(
      text.replace(
        '    session',
        `    session.install("torch==2.1.0+cpu", "torchvision==0.16.0+cpu", "--index-url", "{CPU}")\n    session`,
      ),
    )
  })

  test('a file inside of a compose file', async () => {
    const text =
      'services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM python:3.11-slim\n        RUN pip install torch\n'
    expect(await fixed({ 'compose.yaml': text }, 'compose.yaml')).toContain('        RUN pip install --index-url ')
  })
})

test('every format tells of a finding', async () => {
  const { result } = await checkCi([], optionsFor(repository({ [path]: job('      - run: pip install torch\n') })))
  const style = { color: false, width: 100, quiet: false, verbose: false } as never
  for (const report of Object.values(ciCheckReports)) expect(report(result, style)).toContain('CUDA')
  expect(result).toMatchObject({
    ok: false,
    files: [
      { kind: 'workflow', commands: 1, findings: [{ fixable: true, fixed: false, job: 'test', python: ['3.11'] }] },
    ],
  })
})

describe('expressions', () => {
  const lookup = (name: string) => ({ 'matrix.a': 'x', 'matrix.b': '' })[name]
  test.each([
    ["matrix.a == 'x'", 'true'],
    ["matrix.a != 'X'", 'false'],
    ["matrix.b || 'other'", 'other'],
    ["matrix.a && 'yes' || 'no'", 'yes'],
    ['!matrix.b', 'true'],
    ["(matrix.a == 'y') || unknown", undefined],
    ["unknown && ''", ''],
    ['hashFiles(matrix.a)', undefined],
    ["startsWith(matrix.a, 'X')", 'true'],
    ["!endsWith(matrix.a, 'y') && always()", 'true'],
    ['contains(matrix.a, unknown)', undefined],
    ["contains('a,b', 'b') || failure(", undefined],
    ['', undefined],
  ])('%s', (expression, value) => expect(evaluate(expression, lookup)).toBe(value))

  test('what is filled in stands where the expression does', () => {
    const source = 'a ${{ matrix.a }} ${{ c }}'
    const { text, offsets } = filledIn(verbatim(source, { start: 0, end: source.length }), lookup)
    expect(text).toBe('a x $()')
    expect(offsets).toEqual([0, 1, 2, 17, 18, 18, 18, source.length])
    expect([plainValue(source, lookup), plainValue('a${{ matrix.a }}', lookup)]).toEqual([undefined, 'ax'])
  })
})

test.each([
  'a: plain\n',
  'a: two\n  lines\n',
  "a: 'it''s'\n",
  'a: "tab\\t\\u0041 \\"q\\""\n',
  'a: |\n  one\n\n    deeper\n  two\n',
  'a: |-\n  one\n',
  'a: >\n  folded\n  line\n\n  next\n    deeper\n  back\n',
  'a: |\r\n  one\r\n  two\r\n',
  'a: |2\n    one\n  two\n',
  'a: >+ # kept\n  one\n  two\n\n\n',
])('each character of a scalar stands where it does: %j', text => {
  const yaml = readYaml(text)!
  const scalar = yaml.scalarOf(yaml.at(yaml.root, 'a'))!
  const joined = joinedScalar(text, scalar)
  expect(joined?.text).toBe(scalar.value)
  expect(joined!.offsets).toHaveLength(scalar.value.length + 1)
  for (const [i, character] of [...scalar.value].entries())
    if (/[a-z]/.test(character))
      expect([character, 't']).toContain(text[joined!.offsets[i]!] === '\\' ? 't' : text[joined!.offsets[i]!])
})
