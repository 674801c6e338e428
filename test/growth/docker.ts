import { readDockerignore } from '../../src/docker/dockerignore.ts'
import { gatherFacts } from '../../src/docker/facts.ts'
import { refuseLong, refuseOthers } from '../../src/docker/refuse.ts'
import { rules } from '../../src/docker/rules/rules.ts'
import { readDockerfile } from '../../src/project-files/dockerfile/dockerfile.ts'
import { type Row, row } from './row.ts'

const context = {
  folder: '/context',
  files: new Set<string>(),
  folders: new Set<string>(),
  complete: true,
  repository: 'none',
  ignore: undefined,
  requirements: new Map(),
  projects: new Map(),
  scripts: new Map(),
} as const

/** Reads a Dockerfile, refuses it or looks at it by all rules. */
function lookAt(source: string): void {
  refuseLong(source, 'Dockerfile')
  const dockerfile = readDockerfile(source)
  refuseOthers(dockerfile, 'Dockerfile')
  const facts = gatherFacts(dockerfile, context, { missingWheel: () => undefined, cpuReleases: new Map() })
  for (const rule of rules) for (const problem of rule(facts)) void problem
}

const of =
  (part: string, end = '') =>
  (size: number) =>
    `FROM python:3.11\n${part.repeat(size)}${end}`
const dockerfile = (id: string, size: number, source: (size: number) => string): Row =>
  row(`Dockerfile: ${id}`, size, source, lookAt)
const run = (id: string, size: number, part: string, end = ''): Row =>
  dockerfile(`RUN with ${id}`, size, many => `FROM python:3.11\nRUN ${part.repeat(many)}${end}\n`)
const ignore = (id: string, size: number, text: (size: number) => string, path: string): Row =>
  row(`.dockerignore: ${id}`, size, text, given => readDockerignore(given).ignores(path))

export const dockerRows: readonly Row[] = [
  run('commands', 400, 'a;'),
  run('more commands than are looked at', 10_000, 'a;'),
  run('more installs than are looked at', 300, 'pip install torch;'),
  run('installs of apt', 200, 'apt-get install -y gcc && '),
  run('words', 10_000, 'a '),
  run('continued lines', 3_000, 'a \\\n', 'b'),
  run('comments in between', 3_000, 'a \\\n# x\n', 'b'),
  run('blank lines in between', 10_000, '\n', 'b'),
  run('quotes', 20_000, `''`),
  run('a quote without an end', 20_000, 'a', `"`),
  run('variables', 10_000, '$A'),
  run('braces', 10_000, '${'),
  run('variables with a value', 5_000, '${A:-b}'),
  run('substitutions', 10_000, '$('),
  run('substitutions that close', 5_000, '$(a)'),
  run('backticks', 20_000, '`'),
  run('backticks and blanks', 10_000, '` '),
  run('redirections', 5_000, '>a '),
  run('assignments', 5_000, 'a=b '),
  run('assignments that grow', 20, 'A=$A$A; '),
  run('here-documents', 300, '<<EOF '),
  run('parentheses', 10_000, '('),
  run('conditions', 500, 'if a; then '),
  run('shells in shells', 200, 'sh -c '),
  run('sudo', 5_000, 'sudo '),
  run('flags', 3_000, '--mount=type=cache,target=/a '),
  run('fields of a mount', 10_000, '--mount=a=b,'),
  dockerfile('instructions', 300, of('RUN a\n')),
  dockerfile('ENV', 300, of('ENV A=1\n')),
  dockerfile(
    'ENV of many names',
    1_000,
    size => of('')(size) + Array.from({ length: size }, (_, i) => `ENV A${i}=1\n`).join(''),
  ),
  dockerfile('ENV that grows', 20, of('ENV A=$A$A\n')),
  dockerfile('ENV of many pairs', 3_000, size => `FROM a\nENV ${'A=1 '.repeat(size)}\n`),
  dockerfile('ARG that grows', 20, size => `ARG A=x\n${'ARG A=$A$A\n'.repeat(size)}FROM a\n`),
  dockerfile('more stages than are looked at', 1_000, size =>
    Array.from({ length: size }, (_, i) => `FROM s${i} AS s${i + 1}\n`).join(''),
  ),
  dockerfile('copies', 300, of('COPY a b\n')),
  dockerfile('sources of a copy', 5_000, size => `FROM a\nCOPY ${'a '.repeat(size)}b\n`),
  dockerfile('a list', 5_000, size => `FROM a\nCMD [${'"a",'.repeat(size)}"b"]\n`),
  dockerfile('nested lists', 10_000, size => `FROM a\nCMD ${'['.repeat(size)}\n`),
  dockerfile('a here-document', 3_000, size => `FROM a\nRUN <<EOF\n${'a\n'.repeat(size)}EOF\n`),
  dockerfile('here-documents without an end', 300, size => `FROM a\nRUN ${'<<A '.repeat(size)}\na\n`),
  dockerfile('comments', 5_000, of('# x\n')),
  dockerfile('escapes', 20_000, of('\\')),
  dockerfile('escaped lines', 5_000, of('\\\n')),
  dockerfile('instructions that are none', 2_000, of('FOO\n')),
  dockerfile('longer than is looked at', 100_000, of('# x\n')),
  ignore('lines', 2_000, size => 'a\n'.repeat(size), 'b'),
  ignore('stars', 500, size => `${'*a'.repeat(size)}b`, 'a'.repeat(200)),
  ignore('stars in two', 500, size => `${'**/a*'.repeat(size)}b`, 'a/'.repeat(200)),
  ignore('a long path', 5_000, () => '*a*a*a*b\n**/c/**', 'a/'.repeat(5_000)),
  ignore('brackets', 20_000, size => '['.repeat(size), 'b'),
  ignore('sets', 5_000, size => '[a]'.repeat(size), 'b'),
  ignore('dots', 20_000, size => '../'.repeat(size), 'b'),
  ignore('exceptions', 2_000, size => '!a\n'.repeat(size), 'a'),
]
