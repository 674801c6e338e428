import { needsOfPoetryLock, needsOfUvLock } from '../../src/docker/init/locks.ts'
import { procfileStart } from '../../src/docker/init/procfile.ts'
import { readPyproject } from '../../src/docker/init/pyproject.ts'
import { listensLocally, portIn, readPythonFile } from '../../src/docker/init/python-code.ts'
import { explain } from '../../src/explain.ts'
import { pythonOfDockerfile, pythonOfImage } from '../../src/workspace/base-image.ts'
import { isIgnored, rulesGiven } from '../../src/workspace/git-ignore.ts'
import { pythonOfPyproject } from '../../src/workspace/pyproject.ts'
import { fromPoetry, onlyPythonIn } from '../../src/workspace/python-range.ts'
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
  row('uv.lock', 800, size => `version = 1\n${`[[package]]\n${locked}`.repeat(size)}`, needsOfUvLock),
  row('poetry.lock', 800, size => '[[package]]\nname = "a"\nversion = "1"\n'.repeat(size), needsOfPoetryLock),
  row('pyproject.toml', 1_500, size => `[project]\nname="a"\ndependencies = [${'"b",'.repeat(size)}]`, readPyproject),
  row(
    'pyproject.toml: Python',
    5_000,
    size => `[project]\nrequires-python = "${'>=3.1,'.repeat(size)}"`,
    pythonOfPyproject,
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
