import { decode } from '../../src/files/encoding.ts'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import { compiledFrom } from '../../src/project-files/compiled.ts'
import { type Row, row } from './row.ts'

const variables = { A: 'x', B: '${A}', LONG: 'v'.repeat(50) }

/** Reads a file, and asks all that it has to tell. */
function readAll(source: string): void {
  for (const statement of parseRequirements(source, variables).statements) {
    if (statement.kind !== 'requirement') continue
    void statement.requirement.specifier
    void statement.at.specifier
  }
}

const file = (id: string, size: number, source: (size: number) => string): Row =>
  row(`file: ${id}`, size, source, readAll)
const of =
  (part: string, start = '', end = '') =>
  (size: number) =>
    start + part.repeat(size) + end
const digest = 'a'.repeat(64)

export const requirementsRows: readonly Row[] = [
  file('plain lines', 10_000, of('torch==2.0\n')),
  file('broken lines', 5_000, of('torch 2 0 - !\n')),
  file('lines of a conda list', 5_000, of('torch=2.0=py311_0\n')),
  file('comments', 8_000, of('# x\n')),
  file('hashes in a comment', 200_000, of(' #', 'a ')),
  file('hash signs inside a word', 200_000, of('#', 'a')),
  file('continuations', 50_000, of('a\\\n')),
  file('continued blanks', 20_000, of(' \\\n')),
  file('continued comments', 10_000, of('a\\\n#\\\n')),
  file('backslashes', 200_000, of('\\')),
  file('backslashes, and a line end', 200_000, of('\\', 'a', '\nb')),
  file('byte order marks', 50_000, of('\ufeff', 'torch')),
  file('byte order marks in lines', 4_000, of('\ufefftorch\n')),
  file('blanks', 300_000, of(' ', 'torch')),
  file('blanks of Unicode', 300_000, of('\u2003', 'torch')),
  file('tabs before a dash', 100_000, of('\t-', 'torch')),
  file('line ends', 20_000, of('\r')),
  file('form feeds', 20_000, of('a\f')),
  file('a long word', 500_000, of('a')),
  file('words', 100_000, of('a ')),
  file('versions without commas', 50_000, of('>=1 ', 'a ')),
  file('illegal local labels', 30_000, of('>=1+a,', 'torch')),
  file('illegal local label with parts', 100_000, of('.a', 'torch>=1+a', '!')),
  file('equals signs', 200_000, of('=', 'a')),
  file('brackets', 200_000, of('[', 'a')),
  file('brackets that close', 100_000, of('[]', 'a')),
  file('extras', 50_000, of('b,', 'a[', 'c]>=1')),
  file('markers in parentheses', 50_000, of('(', 'a; ')),
  file('markers', 20_000, of(` or python_version < '3'`, `a; python_version < '3'`)),
  file('semicolons', 200_000, of(';', 'a')),
  file('clauses', 30_000, of(',>=1', 'a>=1')),
  file('hashes of a line', 5_000, of(` --hash=sha256:${digest}`, 'a==1')),
  file('hashes on lines of their own', 5_000, of(` \\\n    --hash=sha256:${digest}`, 'a==1')),
  file('options of a line', 20_000, of(' --extra-index-url u', '--pre')),
  file('find-links of a line', 8_000, of(' -f u', '--pre')),
  file('index URLs of a line', 20_000, of(' -i u', '--pre')),
  file('includes of a line', 20_000, of(' -r u', '--pre')),
  file('leftovers of a line', 100_000, of(' x', '--pre')),
  file('words behind --', 100_000, of(' x', '--pre --')),
  file('options that are none', 20_000, of('--foo\n')),
  file('quotes', 100_000, of(`''`, '--pre ')),
  file('quotes without an end', 100_000, of(`"`, `-f '`)),
  file('options in quotes', 20_000, of(` '--find-links='x`, '--pre')),
  file('a value in quotes', 100_000, of(`'x'`, '--find-links=')),
  file('escapes', 100_000, of('\\x', '-f ')),
  file('URL fragments', 100_000, of('#&', 'https://h/x')),
  file('URL with eggs', 50_000, of('#egg=a&', 'https://h/x')),
  file('URL with slashes', 200_000, of('/', 'https://h/x')),
  file('URL with percent signs', 50_000, of('%ff', 'https://h/', '-1-py3-none-any.whl')),
  file('URL with brackets', 200_000, of('[', 'https://h')),
  file('URL with at signs', 100_000, of('@', 'git+https://h')),
  file('named URL', 100_000, of('a', 'n @ https://h/')),
  file('named URL with eggs', 50_000, of('&egg=', 'n @ https://h/#egg=')),
  file('editable URL', 100_000, of('#&', '-e git+https://h/x')),
  file('editable with at signs', 100_000, of('@', '-e a')),
  file('paths', 100_000, of('./', '.', 'a')),
  file('path with brackets', 100_000, of('[', './a', ']')),
  file('path of dots', 200_000, of('.', './a')),
  file('variables', 20_000, of('${A}', 'a')),
  file('variables that name others', 20_000, of('${B}', 'a')),
  file('variables that are unset', 20_000, size => Array.from({ length: size }, (_, i) => `\${U${i}}`).join('')),
  file('variables that open', 100_000, of('${', 'a')),
  file('long variables', 5_000, of('${LONG}', '--find-links ')),
  file('pip install commands', 100_000, of(' -m', 'python')),
  file('merge conflicts', 5_000, of('<<<<<<< x\n')),
  file('words of a wish', 50_000, of(' a', 'a')),
  row('encoding: a long declaration', 200_000, size => Buffer.from(`# coding:${' '.repeat(size)}x\n`), decode),
  row('encoding: declarations', 100_000, size => Buffer.from(`#${'coding:'.repeat(size)}\n`), decode),
  row('encoding: UTF-16', 200_000, size => Buffer.from(`\ufeff${'a\n'.repeat(size)}`, 'utf16le'), decode),
  row('encoding: bytes', 300_000, size => Buffer.alloc(size, 0x80), decode),
  row('compiled: header', 50_000, of('# This file is autogenerated by pip-compile\n'), compiledFrom),
  row(
    'compiled: command',
    3_000,
    size => `# This file is autogenerated by uv with the following command:\n# uv ${'-o '.repeat(size)}`,
    compiledFrom,
  ),
  row(
    'compiled: quotes',
    100_000,
    size => `# This file is autogenerated by uv with the following command:\n# uv ${`'`.repeat(size)}"`,
    compiledFrom,
  ),
  row('compiled: blanks', 200_000, size => `${' '.repeat(size)}x`, compiledFrom),
]
