import type { Decision, ProjectDecision } from '../../src/formats/decision.ts'
import { edit } from '../../src/formats/toml/pyproject/edit.ts'
import { readPyprojectManifest } from '../../src/formats/toml/pyproject/format.ts'
import { type Row, row } from './row.ts'

const reason = 'CPU build'
const gains: readonly ProjectDecision[] = [
  { kind: 'name-explicit-index', inPlaceOf: undefined, name: 'cpu', url: 'https://h/cpu', reason },
  { kind: 'bind', project: 'torch', index: 'cpu', reason },
  { kind: 'unbind', project: 'triton', reason },
  { kind: 'anchor', group: 'cpu-torch', projects: ['torch'], reason },
]

/** Reads a file, has all its requirements and indexes go, and reads what is left. */
function editAll(text: string, path: string): void {
  const manifest = readPyprojectManifest(Buffer.from(text), path)
  const removals: Decision[] = [
    ...manifest.entries.map(({ at }) => ({ kind: 'remove', at, name: 'a', reason }) as const),
    ...(manifest.indexes.length > 100 ? [] : manifest.indexes).map(
      ({ at }) => ({ kind: 'remove-index', at, name: 'a', reason }) as const,
    ),
  ]
  edit(manifest, [...removals, ...gains])
}

const project = (id: string, size: number, text: (size: number) => string): Row =>
  row(`project: ${id}`, size, text, source => editAll(source, 'pyproject.toml'))
const of =
  (part: string, start = '', end = '') =>
  (size: number) =>
    start + part.repeat(size) + end
const each =
  (line: (i: number) => string, start = '') =>
  (size: number) =>
    start + Array.from({ length: size }, (_, i) => line(i)).join('')

export const pyprojectRows: readonly Row[] = [
  project('requirements on lines', 2_000, of('  "a", # c\n', '[project]\ndependencies = [\n', ']\n')),
  project('requirements on one line', 2_000, of('"a", ', '[project]\ndependencies = [', ']\n')),
  project('strings of escapes', 20_000, of('\\u0061', '[project]\ndependencies = ["', '"]\n')),
  project('comments', 5_000, of('# torchpin: keep\n', '[project]\ndependencies = [\n', '"a"]\n')),
  project('empty lines', 50_000, of('\n', '[project]\nname = "a"\n')),
  project(
    'empty lines before a table that goes',
    50_000,
    of('\n', 'a = 1\n', '[tool.uv.sources]\ntriton.index = "a"\n'),
  ),
  project(
    'sources',
    1_000,
    each(i => `a${i} = { index = "a" }\n`, '[tool.uv.sources]\n'),
  ),
  project(
    'sources of dotted keys',
    1_000,
    each(i => `sources.a${i}.index = "a"\n`, '[tool.uv]\n'),
  ),
  project(
    'sources of their own tables',
    700,
    each(i => `[tool.uv.sources.a${i}]\nindex = "a"\n`),
  ),
  project('alternatives of a source', 700, of('[[tool.uv.sources.torch]]\nindex = "a"\n')),
  project('indexes', 700, of('[[tool.uv.index]]\nurl = "a"\n')),
  project(
    'groups',
    1_000,
    each(i => `g${i} = ["a"]\n`, '[dependency-groups]\n'),
  ),
  project('a path of keys', 1_000, size => `[tool.uv.sources.${Array(size).fill('a').join('.')}]\nb = 1\n`),
  project(
    'dependencies of Poetry',
    700,
    each(i => `a${i} = "*"\n`, '[tool.poetry.dependencies]\n'),
  ),
  project(
    'groups of Poetry',
    400,
    each(i => `[tool.poetry.group.g${i}.dependencies]\na = "*"\n`),
  ),
  project('constraints of Poetry', 20_000, of('^1 ', '[tool.poetry.dependencies]\na = "', '"\n')),
  row('dependencies of a script', 2_000, of('#   "a",\n', '# /// script\n# dependencies = [\n', '# ]\n# ///\n'), text =>
    editAll(text, 'a.py'),
  ),
  row('metadata of a script: no end', 20_000, of('# ///x\n', '# /// script\n'), text => editAll(text, 'a.py')),
]
