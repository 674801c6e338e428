import { kindOf } from '../../src/ci/find.ts'
import { look } from '../../src/ci/look.ts'
import { type SourceFile, SourceFiles, type Unread } from '../../src/ci/source-files.ts'
import { resolveOptions } from '../../src/contract/options.ts'
import type { Answer, Asked } from '../../src/run/install-answers.ts'
import { type Row, row } from './row.ts'

/** Files that are on no disk, by their paths from the top of the repository. */
class MadeFiles extends SourceFiles {
  readonly #made: ReadonlyMap<string, SourceFile>

  constructor(texts: Readonly<Record<string, string>>) {
    super('/r', '/r')
    const bytes = new Uint8Array()
    const encoding = { name: 'utf-8', bom: false } as const
    this.#made = new Map(
      Object.entries(texts).map(([path, text]) => [
        `/r/${path}`,
        { path, absolute: `/r/${path}`, bytes, encoding, text },
      ]),
    )
  }

  override async read(absolute: string): Promise<SourceFile | Unread> {
    return this.#made.get(absolute) ?? { path: absolute, absolute, why: 'is not there' }
  }
}

/** The worst answer there is: everything brings CUDA, and can be mended. */
async function ask({ text }: Asked): Promise<Answer> {
  if (text.includes('--index-url')) return { kind: 'clean', family: new Set(['torch']) }
  const saved = { download: 1, installed: 1, exact: true }
  return {
    kind: 'cuda',
    family: new Set(['torch']),
    message: 'CUDA',
    file: undefined,
    saved,
    pins: ['torch==2.1.0+cpu'],
  }
}

const options = resolveOptions({})
const lookAt = (texts: Readonly<Record<string, string>>): Promise<unknown> =>
  look(
    Object.keys(texts).map(path => ({ absolute: `/r/${path}`, kind: kindOf(path)!, named: false, isFile: true })),
    new MadeFiles(texts),
    { ask, options },
  )
const repository = (id: string, size: number, texts: (size: number) => Readonly<Record<string, string>>): Row =>
  row(`ci check: ${id}`, size, texts, lookAt)
const many = (size: number, line: (i: number) => string): string =>
  Array.from({ length: size }, (_, i) => line(i)).join('')
const path = '.github/workflows/a.yml'
const workflow = (steps: string, job = ''): string =>
  `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n${job}    steps:\n${steps}`
const file = (id: string, size: number, text: (size: number) => string): Row =>
  repository(`a workflow of ${id}`, size, size => ({ [path]: text(size) }))
const step = '      - run: pip install torch\n'
const using = workflow('      - uses: ./act\n')
const alone = (id: string, size: number, name: string, text: (size: number) => string): Row =>
  repository(`${name} of ${id}`, size, size => ({ [name]: text(size) }))

export const ciRows: readonly Row[] = [
  file(
    'jobs',
    100,
    size => `on: push\njobs:\n${many(size, i => `  j${i}:\n    runs-on: ubuntu-latest\n    steps:\n${step}`)}`,
  ),
  file('steps', 200, size => workflow(step.repeat(size))),
  file('lines', 500, size => workflow(`      - run: |\n${'          pip install torch\n'.repeat(size)}`)),
  file('words', 2_000, size => workflow(`      - run: pip install ${'torch '.repeat(size)}\n`)),
  file('words in quotes', 2_000, size => workflow(`      - run: "pip install ${"'torch' ".repeat(size)}"\n`)),
  file('folded lines', 1_000, size =>
    workflow(`      - run: >\n          pip install\n${'          torch\n'.repeat(size)}`),
  ),
  file('variables', 500, size => workflow(step, `    env:\n${many(size, i => `      A${i}: b\n`)}`)),
  file('variables of steps', 100, size =>
    workflow(many(size, i => `      - run: pip install torch\n        env: { A${i}: b }\n`)),
  ),
  file('lines for $GITHUB_ENV', 100, size =>
    workflow(many(size, i => `      - run: echo "A${i}=b" >> $GITHUB_ENV && pip install a\n`)),
  ),
  file('values of a matrix', 200, size =>
    workflow(
      '      - run: pip install torch==${{ matrix.a }}\n',
      `    strategy:\n      matrix:\n        a: [${many(size, i => `${i}, `)}]\n`,
    ),
  ),
  file('values of two keys of a matrix', 40, size => {
    const list = `[${many(size, i => `${i}, `)}]`
    const steps = '      - run: pip install a==${{ matrix.a }} torch==${{ matrix.b }}\n'
    return workflow(steps, `    strategy:\n      matrix:\n        a: ${list}\n        b: ${list}\n`)
  }),
  file('keys of a matrix', 20, size =>
    workflow(
      `      - run: pip install ${many(size, i => `\${{ matrix.a${i} }} `)}\n`,
      `    strategy:\n      matrix:\n${many(size, i => `        a${i}: [1, 2, 3]\n`)}`,
    ),
  ),
  file('entries that a matrix includes', 100, size =>
    workflow(
      '      - run: pip install torch==${{ matrix.a }}\n',
      `    strategy:\n      matrix:\n        include:\n${many(size, i => `          - { a: ${i} }\n`)}`,
    ),
  ),
  file('entries that a matrix leaves out', 200, size =>
    workflow(
      '      - run: pip install torch==${{ matrix.a }}\n',
      `    strategy:\n      matrix:\n        a: [${many(60, i => `${i}, `)}]\n        exclude:\n${many(size, i => `          - { a: ${i} }\n`)}`,
    ),
  ),
  file('aliases', 500, size => workflow(`      - &s { run: pip install torch }\n${'      - *s\n'.repeat(size)}`)),
  file('aliases within aliases', 12, size =>
    workflow(
      '      - run: pip install torch\n        env: *a0\n',
      `    x: &a${size} { a: pip }\n${many(size, i => `    x${i}: &a${size - 1 - i} [*a${size - i}, *a${size - i}]\n`)}`,
    ),
  ),
  file('expressions', 1_000, size => workflow(`      - run: pip install torch ${'${{ a }} '.repeat(size)}\n`)),
  file('braces without an end', 3_000, size => workflow(`      - run: pip install torch ${'${{ '.repeat(size)}\n`)),
  file('nested lists', 2_000, size =>
    workflow(`      - run: pip install torch\n        env: ${'['.repeat(size)}${']'.repeat(size)}\n`),
  ),
  file('conditions', 300, size =>
    workflow(`      - run: |\n${'          if [ a = b ]; then pip install torch; fi\n'.repeat(size)}`),
  ),
  file('scripts', 50, size => workflow(`      - run: |\n${'          bash a.sh\n'.repeat(size)}`)),
  repository('a script that runs itself', 8, size => ({
    [path]: workflow('      - run: bash a.sh\n'),
    'a.sh': 'bash a.sh\npip install torch\n'.repeat(size),
  })),
  repository('jobs that use an action', 50, size => ({
    [path]: `on: push\njobs:\n${many(size, i => `  j${i}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./act\n`)}`,
    'act/action.yml': 'runs:\n  using: composite\n  steps:\n    - run: pip install torch\n      shell: bash\n',
  })),
  repository('an action of steps', 100, size => ({
    [path]: using,
    'act/action.yml': `runs:\n  using: composite\n  steps:\n${'    - run: pip install torch\n'.repeat(size)}`,
  })),
  repository('an action that uses itself', 4, size => ({
    [path]: using,
    'act/action.yml': `runs:\n  using: composite\n  steps:\n${'    - uses: ./act\n'.repeat(size)}    - run: pip install torch\n`,
  })),
  alone('jobs', 200, '.gitlab-ci.yml', size => many(size, i => `j${i}:\n  script:\n    - pip install torch\n`)),
  alone('lines', 500, '.gitlab-ci.yml', size => `j:\n  script:\n${'    - pip install torch\n'.repeat(size)}`),
  alone(
    'jobs that extend each other',
    100,
    '.gitlab-ci.yml',
    size => `j0:\n  script: [pip install torch]\n${many(size, i => `j${i + 1}:\n  extends: j${i}\n`)}`,
  ),
  alone(
    'merged keys',
    100,
    '.gitlab-ci.yml',
    size => `.b: &b\n  script: [pip install torch]\n${many(size, i => `j${i}:\n  <<: *b\n`)}`,
  ),
  alone('targets', 500, 'Makefile', size => many(size, i => `t${i}:\n\tpip install torch\n`)),
  alone('lines', 1_000, 'Makefile', size => `t:\n${'\tpip install torch\n'.repeat(size)}`),
  alone('continued lines', 2_000, 'Makefile', size => `t:\n\tpip install \\\n${'\t torch \\\n'.repeat(size)}\n`),
  alone('variables', 1_000, 'Makefile', size => `${many(size, i => `A${i} = b\n`)}t:\n\tpip install torch\n`),
  alone('targets before', 500, 'Makefile', size => `t: ${many(size, i => `t${i} `)}\n\tpip install torch\n`),
  repository('a makefile that runs itself', 3, size => ({
    [path]: workflow('      - run: make t\n'),
    Makefile: `t:\n${'\tmake t\n'.repeat(size)}\tpip install torch\n`,
  })),
  alone('lines', 1_000, 'a.sh', size => 'pip install torch\n'.repeat(size)),
  alone('assignments', 1_000, 'a.sh', size => `${many(size, i => `A${i}=b\n`)}pip install torch\n`),
  alone('sessions', 200, 'noxfile.py', size =>
    many(size, i => `@nox.session\ndef s${i}(session):\n    session.install("torch")\n`),
  ),
  alone(
    'words',
    500,
    'noxfile.py',
    size => `@nox.session\ndef s(session):\n    session.install(${'"torch", '.repeat(size)})\n`,
  ),
  alone('environments', 200, 'tox.ini', size => `[tox]\n${many(size, i => `[testenv:e${i}]\ndeps = torch\n`)}`),
  alone('lines', 500, 'tox.ini', size => `[tox]\n[testenv]\ndeps =\n${'    torch\n'.repeat(size)}`),
  alone(
    'comments',
    5_000,
    'devcontainer.json',
    size => `${'/* a */ '.repeat(size)}{ "postCreateCommand": "pip install torch" }`,
  ),
  alone('brackets', 2_000, 'devcontainer.json', size => `{ "postCreateCommand": ${'['.repeat(size)} "pip" }`),
]
