import { procfileStart } from '../../src/docker/init/entry-points/procfile.ts'
import { needsOfPoetryLock, needsOfUvLock } from '../../src/docker/init/locks.ts'
import { listensLocally, portIn, readPythonFile } from '../../src/docker/init/python-code.ts'
import { explain } from '../../src/explain/explain.ts'
import { isIgnored, rulesGiven } from '../../src/files/git-ignore.ts'
import { lockOfUv } from '../../src/locks/of-uv.ts'
import { readLock } from '../../src/locks/read-lock.ts'
import { walk } from '../../src/locks/walk.ts'
import { jobsOfGitlab, jobsOfWorkflow } from '../../src/project-files/ci-jobs.ts'
import { fromCompiledHeader } from '../../src/project-files/compiled.ts'
import { asRequirements, readPipList } from '../../src/project-files/conda-environment.ts'
import { pythonOfDockerfile, pythonOfImage } from '../../src/project-files/dockerfile/python.ts'
import { readPoetryLock, readUvLock } from '../../src/project-files/lock-files.ts'
import { publishedBySetupCfg } from '../../src/project-files/published-files.ts'
import { readPyproject, readScriptMetadata } from '../../src/project-files/pyproject.ts'
import { fromPyproject } from '../../src/project-files/pyproject-python.ts'
import { fromPoetry, onlyPythonIn } from '../../src/project-files/python-range.ts'
import { commandsOf, simpleCommandsOf } from '../../src/project-files/shell/lines.ts'
import { readToml } from '../../src/project-files/toml.ts'
import { fromCondaEnvironment, fromSetupCfg, fromSetupPy } from '../../src/project-files/version-files.ts'
import { type Row, row } from './row.ts'

const pipList = (text: string): void => {
  const list = readPipList(text)
  if (list && 'items' in list) asRequirements(text, list)
}
const toml = (id: string, size: number, text: (size: number) => string): Row => row(`TOML: ${id}`, size, text, readToml)
const of =
  (part: string, start = '', end = '') =>
  (size: number) =>
    start + part.repeat(size) + end
const python = (id: string, size: number, text: (size: number) => string): Row =>
  row(`Python: ${id}`, size, text, code => {
    const file = readPythonFile('a.py', code)
    portIn(file)
    listensLocally(file)
  })
const locked = 'name = "a"\nversion = "1"\nsource = { registry = "u" }\ndependencies = [{ name = "a" }]\n'

/** A lock file, read and walked through. */
const lock = (id: string, name: string, size: number, text: (size: number) => string): Row =>
  row(id, size, text, async text =>
    walk(await readLock(name, text), { extras: 'all', groups: 'all' }, { python: '3.12', platform: 'linux-x86_64' }),
  )
const uvLock = (size: number, entry: (i: number) => string): string =>
  `[[package]]\nname = "app"\nsource = { virtual = "." }\ndependencies = [{ name = "p0" }]\n${Array.from({ length: size }, (_, i) => `[[package]]\n${entry(i)}\n`).join('')}`

const everything = { extras: 'all', groups: 'all', python: '3.12' } as const
export const projectFileRows: readonly Row[] = [
  toml('keys', 5_000, size => Array.from({ length: size }, (_, i) => `a${i} = 1\n`).join('')),
  toml('tables', 3_000, size => Array.from({ length: size }, (_, i) => `[a${i}]\n`).join('')),
  toml('nested tables', 3_000, size => `[${Array(size).fill('a').join('.')}]`),
  toml('nested lists', 3_000, size => `a = ${'['.repeat(size)}${']'.repeat(size)}`),
  toml('nested inline tables', 3_000, size => `a = ${'{a='.repeat(size)}1${'}'.repeat(size)}`),
  toml('lists of tables', 5_000, of('[[a]]\n')),
  toml('a long string', 50_000, of('x', 'a = "', '"')),
  toml('quotes', 30_000, of('"', 'a = ')),
  toml('comments', 20_000, of('# x\n')),
  toml('blanks', 50_000, of(' ', 'a =')),
  toml('a long number', 50_000, of('1_', 'a = ', '1')),
  row(
    'uv.lock',
    800,
    size => `version = 1\n${`[[package]]\n${locked}`.repeat(size)}`,
    async text => needsOfUvLock(lockOfUv((await readUvLock(text))!), everything),
  ),
  row(
    'poetry.lock',
    800,
    size => '[[package]]\nname = "a"\nversion = "1"\n'.repeat(size),
    async text => needsOfPoetryLock((await readPoetryLock(text))!, everything),
  ),
  lock('uv.lock: a chain', 'uv.lock', 400, size =>
    uvLock(size, i => `name = "p${i}"\nversion = "1"\ndependencies = [{ name = "p${i + 1}" }]`),
  ),
  lock('uv.lock: one name', 'uv.lock', 400, size =>
    uvLock(size, i => `name = "p0"\nversion = "${i}"\ndependencies = [{ name = "p0", version = "${i + 1}" }]`),
  ),
  lock('uv.lock: extras', 'uv.lock', 400, size =>
    uvLock(
      size,
      i =>
        `name = "p${i}"\nversion = "1"\ndependencies = [{ name = "p${i + 1}", extra = ["x${i + 1}"], marker = "extra == 'extra-2-p${i}-x${i}'" }]`,
    ),
  ),
  lock('poetry.lock: a chain', 'poetry.lock', 400, size =>
    Array.from(
      { length: size },
      (_, i) => `[[package]]\nname = "p${i}"\nversion = "1"\n[package.dependencies]\np${i + 1} = "*"\n`,
    ).join(''),
  ),
  lock('pylock.toml', 'pylock.toml', 800, size =>
    Array.from({ length: size }, (_, i) => `[[packages]]\nname = "p${i}"\nversion = "1"\n`).join(''),
  ),
  lock('uv.lock: a marker', 'uv.lock', 400, size =>
    uvLock(
      1,
      () =>
        `name = "p0"\nversion = "1"\ndependencies = [{ name = "p0", marker = "${Array(size).fill("extra == 'a'").join(' or ')}" }]`,
    ),
  ),
  row('pyproject.toml: groups', 1_500, size => `[dependency-groups]\na = [${'"b",'.repeat(size)}]`, readPyproject),
  row('pyproject.toml', 1_500, size => `[project]\nname="a"\ndependencies = [${'"b",'.repeat(size)}]`, readPyproject),
  row(
    'pyproject.toml: Python',
    5_000,
    size => `[project]\nrequires-python = "${'>=3.1,'.repeat(size)}"`,
    fromPyproject,
  ),
  row('Python range', 500, of('>=3.1,'), onlyPythonIn),
  row('Python range of Poetry', 20_000, of(' '), fromPoetry),
  row('Python range of Poetry: clauses', 10_000, of('^3,'), fromPoetry),
  row('.gitignore: lines', 2_000, of('a*b\n'), text => isIgnored(rulesGiven('/r', text.split('\n')), '/r/aab', false)),
  row('.gitignore: stars', 20, of('*a', '', 'b'), text =>
    isIgnored(rulesGiven('/r', [text]), `/r/${'a'.repeat(200)}`, false),
  ),
  row('script: lines', 10_000, of('a\n'), text => [...commandsOf(text)].length),
  row('script: continued', 10_000, of('a \\\n'), text => {
    for (const { text: command, lineOf } of commandsOf(text)) lineOf(command.length)
  }),
  row('script: comments', 20_000, of(' #'), text => [...commandsOf(text)].length),
  row('script: programs', 300, of('pip ', '', '-r'), text => [...commandsOf(text)].map(simpleCommandsOf)),
  row('metadata of a script', 5_000, of('# ///\n', '# /// script\n'), readScriptMetadata),
  row('image: name', 30_000, of('a/'), pythonOfImage),
  row('image: tag', 30_000, of('-3.1', 'python:'), pythonOfImage),
  row(
    'Python of a Dockerfile: stages',
    2_000,
    size => Array.from({ length: size }, (_, i) => `FROM s${i} AS s${i + 1}\n`).join(''),
    pythonOfDockerfile,
  ),
  row('Python of a Dockerfile: ARG', 10_000, of(' A=$A', 'ARG B=1'), pythonOfDockerfile),
  row('Python of a Dockerfile: ARG that grows', 20, of('ARG A=$A$A\n', 'ARG A=x\n'), pythonOfDockerfile),
  row('Python of a Dockerfile: ENV', 10_000, of('ENV A=$A$A\n', 'FROM x\nENV A=x\n'), pythonOfDockerfile),
  row(
    'Python of a Dockerfile: stages with arguments',
    1_000,
    size => `${'ARG A=1\n'.repeat(size)}${'FROM x\nARG B=$A\n'.repeat(size)}`,
    pythonOfDockerfile,
  ),
  row('Python of a Dockerfile: commands', 3_000, of(' apt-get install x', 'FROM x\nRUN'), pythonOfDockerfile),
  row('Python of a Dockerfile: options', 5_000, of(' -a', 'FROM x\nRUN uv python install'), pythonOfDockerfile),
  row('header of a compiled file', 5_000, of('# autogenerated by pip-compile with python 3\n'), fromCompiledHeader),
  row(
    'header of a compiled file: command',
    10_000,
    of(' -p 3', '# This file was autogenerated by uv via the following command:\n#'),
    fromCompiledHeader,
  ),
  row('setup.cfg', 20_000, of(' ', 'python_requires'), fromSetupCfg),
  row('setup.py', 3_000, of('python_requires = '), fromSetupPy),
  row('conda environment', 10_000, of('- python\n'), fromCondaEnvironment),
  row('conda environment: blanks', 30_000, of(' ', '- python', '='), fromCondaEnvironment),
  row('conda environment: list for pip', 4_000, of('  - a>=1\n', 'dependencies:\n- pip:\n'), pipList),
  row('conda environment: list for pip, on one line', 4_000, of('a,', 'dependencies: [pip: [', ']]'), pipList),
  row('conda environment: comments', 4_000, of('  # a\n', 'dependencies:\n- pip:\n  - a\n', '  - b\n'), pipList),
  row('setup.cfg: published files', 10_000, of('a = file: b, c\n', '[options.extras_require]\n'), publishedBySetupCfg),
  row('setup.cfg: blanks before a file', 30_000, of(' ', '[options]\ninstall_requires'), publishedBySetupCfg),
  row('workflow: jobs', 500, of(' a:\n  steps: [{with: {python-version: 3.1}}]\n', 'jobs:\n'), jobsOfWorkflow),
  row('workflow: lists', 500, size => `jobs: {python: ${'['.repeat(size)}`, jobsOfWorkflow),
  row(
    'workflow: aliases',
    500,
    of('*a, ', 'python: &a 3.1\njobs: {a: {steps: [{with: {python-version: [', ']}}]}}'),
    jobsOfWorkflow,
  ),
  row(
    'workflow: steps with a matrix',
    500,
    size =>
      `jobs:\n a:\n  strategy: {matrix: {python: [${'3.1, '.repeat(size)}]}}\n  steps:\n${'  - with: {python-version: "${{ matrix.python }}"}\n'.repeat(size)}`,
    jobsOfWorkflow,
  ),
  row(
    'workflow: steps with a variable',
    500,
    size =>
      `env:\n${Array.from({ length: size }, (_, i) => ` python${i}: 3.1\n`).join('')}jobs:\n a:\n  steps:\n${`  - with: {python-version: "\${{ env.python${size - 1} }}"}\n`.repeat(size)}`,
    jobsOfWorkflow,
  ),
  row('GitLab: jobs', 500, of('a:\n image: python:3.1\n script: x\n'), jobsOfGitlab),
  python('imports', 10_000, of('import a\n')),
  python('calls in calls', 20_000, of('.run(')),
  python('calls with a variable', 10_000, of('.run(port=P)\n')),
  python('quotes', 20_000, of('"\\')),
  python('texts of lines', 10_000, of(`"""`)),
  python('long names', 50_000, of('a', 'from ')),
  row('Procfile', 20_000, of(' a', 'web: b'), procfileStart),
  row('Procfile: ports', 10_000, of(' $PORT', 'web: b'), procfileStart),
  row('explain: a log', 3_000, of('Collecting torch\n'), explain),
  row('explain: versions', 5_000, of('1, ', 'No matching distribution found for torch (from versions: ', ')'), explain),
  row('explain: blanks', 30_000, of(' \n'), explain),
]
