import { type LockFile, needsOfPoetryLock, needsOfUvLock, readLockFile } from '../../src/docker/init/locks.ts'
import { procfileStart } from '../../src/docker/init/procfile.ts'
import { readPyproject } from '../../src/docker/init/pyproject.ts'
import { listensLocally, portIn, readPythonFile } from '../../src/docker/init/python-code.ts'
import { explain } from '../../src/explain.ts'
import { jobsOfGitlab, jobsOfWorkflow } from '../../src/project-files/ci-jobs.ts'
import { fromCompiledHeader } from '../../src/project-files/compiled-header.ts'
import { fromCondaEnvironment } from '../../src/project-files/conda-environment.ts'
import { pythonOfDockerfile, pythonOfImage } from '../../src/project-files/dockerfile-python.ts'
import { fromPyproject } from '../../src/project-files/pyproject-python.ts'
import { fromPoetry, onlyPythonIn } from '../../src/project-files/python-range.ts'
import { fromSetupCfg, fromSetupPy } from '../../src/project-files/setup-python.ts'
import { isIgnored, rulesGiven } from '../../src/workspace/git-ignore.ts'
import { commandsOf } from '../../src/workspace/script.ts'
import { readToml } from '../../src/workspace/toml.ts'
import { type Row, row } from './row.ts'

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

const everything = { extras: 'all', groups: 'all', python: '3.12' } as const
const locks = (needsOf: (lock: LockFile, selection: typeof everything) => unknown) => async (text: string) => {
  const lock = await readLockFile(text)
  return lock && needsOf(lock, everything)
}

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
  row('uv.lock', 800, size => `version = 1\n${`[[package]]\n${locked}`.repeat(size)}`, locks(needsOfUvLock)),
  row('poetry.lock', 800, size => '[[package]]\nname = "a"\nversion = "1"\n'.repeat(size), locks(needsOfPoetryLock)),
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
