import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { commandLine, readInputs } from '../../src/action/inputs.ts'

const root = resolve(import.meta.dirname, '../..')
const described = parse(readFileSync(resolve(root, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

const environmentOf = (inputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
const lineOf = (inputs: Readonly<Record<string, string>>) =>
  commandLine(readInputs(environmentOf(inputs)), { json: 'r.json', markdown: 'r.md' })
const ours = ['--no-progress', '--format=github', '--output=json=r.json', '--output=markdown=r.md', '--']

describe('action.yml', () => {
  test('describes the inputs that are read, each by its name', () => {
    const read = new Set<string>()
    const watched = new Proxy({} as Record<string, string>, {
      get: (_, name) => {
        read.add(String(name))
        return undefined
      },
    })
    readInputs(watched)
    expect([...read].sort()).toEqual(Object.keys(environmentOf({ ...described.inputs } as never)).sort())
  })

  test('gives defaults that are read as the inputs left out are', () => {
    const defaults = Object.fromEntries(
      Object.entries(described.inputs).flatMap(([name, { default: value }]) =>
        value === undefined ? [] : [[name, value]],
      ),
    )
    expect(defaults).toEqual({
      command: 'check',
      paths: '.',
      'working-directory': '.',
      summary: 'true',
      comment: 'true',
      token: '${{ github.token }}',
    })
    expect(lineOf(defaults)).toEqual(['check', ...ours, '.'])
    expect(lineOf({})).toEqual(['check', ...ours])
  })

  test('starts a file of the checkout, on the Node that runners have', () => {
    expect(described.runs).toEqual({ using: 'node24', main: 'action/main.js' })
    expect(readFileSync(resolve(root, described.runs.main), 'utf8')).toContain("import('../dist/action.js')")
  })
})

describe('the command line', () => {
  test.each([
    {
      id: 'paths, one on a line',
      inputs: { paths: ' a.txt\n\nmy files/b.txt \r\n' },
      line: ['check', ...ours, 'a.txt', 'my files/b.txt'],
    },
    { id: 'a path that looks like a flag', inputs: { paths: '--fix' }, line: ['check', ...ours, '--fix'] },
    {
      id: 'lists',
      inputs: { command: 'rewrite', python: '3.11, 3.12', platform: 'linux-x86_64\nmacos-arm64' },
      line: ['rewrite', '--python=3.11', '--python=3.12', '--platform=linux-x86_64', '--platform=macos-arm64', ...ours],
    },
    {
      id: 'what is installed of a project',
      inputs: { extra: 'cpu, web', group: 'models\nops' },
      line: ['check', '--extra=cpu', '--extra=web', '--group=models', '--group=ops', ...ours],
    },
    {
      id: 'budgets, a blank among them',
      inputs: { 'max-download': '800 MB', 'max-installed': '2GiB' },
      line: ['check', '--max-download=800 MB', '--max-installed=2GiB', ...ours],
    },
    {
      id: 'another side, and budgets on the growth',
      inputs: { against: 'origin/main', 'max-growth-download': '50MB', 'max-growth-installed': '1GiB' },
      line: ['check', '--against=origin/main', '--max-growth-download=50MB', '--max-growth-installed=1GiB', ...ours],
    },
    {
      id: 'a value that looks like a flag',
      inputs: { python: '--offline' },
      line: ['check', '--python=--offline', ...ours],
    },
    {
      id: 'further flags, before those of the action',
      inputs: { args: `--pin all --cache-dir "a b" --format text` },
      line: ['check', '--pin', 'all', '--cache-dir', 'a b', '--format', 'text', ...ours],
    },
    {
      id: 'what a shell would run',
      inputs: { args: '$(id) `id` ; id' },
      line: ['check', '$(id)', '`id`', ';', 'id', ...ours],
    },
  ])('$id', ({ inputs, line }) => {
    expect(lineOf(inputs as Record<string, string>)).toEqual(line)
  })

  test.each([
    [{ command: 'audit' }, 'command cannot be "audit"', 'one of check, rewrite, ci check'],
    [{ comment: 'yes' }, 'comment cannot be "yes"', 'one of true, false'],
    [{ args: `--pin 'all` }, "args: no closing '", 'quote it as in a shell'],
  ])('refuses %j', (inputs, message, hint) => {
    expect(() => readInputs(environmentOf(inputs as Record<string, string>))).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message, hint }),
    )
  })
})
