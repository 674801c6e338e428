import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkCi, saveCiFixes } from '../../src/ci/check.ts'
import { readYaml } from '../../src/project-files/yaml-nodes.ts'
import { runs } from '../full.ts'
import { sandbox } from '../sandbox.ts'
import { ciCpu, ciMain } from './world.ts'

const { folderWith, optionsIn } = sandbox(ciCpu, ciMain)
const name = '.github/workflows/a.yml'

/** A workflow around one step, and how its command is written. */
interface Made {
  readonly text: string
  readonly command: string
}

const commands = [
  'pip install sentence-transformers',
  'python -m pip install --quiet "sentence-transformers"',
  'pip install torch',
  'uv pip install --system accelerate',
  'cd . && pip install torch fastapi',
]
const words = fc.constantFrom(
  'a',
  'b: c',
  '# no',
  "it's",
  '"q"',
  '-',
  '|',
  '{ x }',
  'é',
  '\t',
  '&a',
  '*a',
  '!t',
  '%',
  '@',
  '`',
)
/** A value of one line in double quotes, whatever it holds. */
const quoted = fc.array(words, { maxLength: 4 }).map(parts => JSON.stringify(parts.join(' ')))

/** A step of the command in each style of YAML; `pad` is the indentation of its keys. */
function stepOf(style: string, command: string, pad: string): string {
  const deeper = `${pad}  `
  const block = (header: string, before = '', after = '') =>
    `- run: ${header}\n${before && `${deeper}${before}\n`}${deeper}${command}\n${after && `${deeper}${after}\n`}`
  switch (style) {
    case 'plain':
      return `- run: ${command} # why\n`
    case 'single':
      return `- run: '${command.replaceAll("'", "''")}'   \n`
    case 'double':
      return `- run: ${JSON.stringify(command)}\n`
    case 'flow':
      return `- { run: ${JSON.stringify(command)}, name: x }\n`
    case 'own line':
      return `- run:\n${deeper}${command}\n`
    case 'folded':
      return `- run: >-\n${deeper}${command.replace(' ', `\n${deeper}`)}\n`
    case 'literal':
      return block('|', 'set -e', 'echo done')
    case 'kept':
      return block('|+ # all', '# first', '').concat('\n')
    default:
      return block('|-', '', '')
  }
}

const made: fc.Arbitrary<Made> = fc
  .record({
    command: fc.constantFrom(...commands),
    style: fc.constantFrom('plain', 'single', 'double', 'flow', 'own line', 'folded', 'literal', 'kept', 'stripped'),
    indent: fc.constantFrom('', '  ', '    '),
    comment: fc.constantFrom('', '# a comment: "x\n', '\n\n'),
    values: fc.array(quoted, { maxLength: 3 }),
    name: quoted,
    ending: fc.constantFrom('\n', '\r\n'),
    bom: fc.constantFrom('', '\ufeff'),
    later: fc.constantFrom('', 'z: 1\n', '# end', 'z: |\n  run: pip install torch\n'),
  })
  .map(({ command, style, indent, comment, values, name, ending, bom, later }) => {
    const pad = `      ${indent}`
    const others = values.map(
      (value, i) => `${pad}- name: ${value}\n${pad}  env: { A${i}: ${value} }\n${pad}  run: "true"\n`,
    )
    const step = stepOf(style, command, `${pad}  `)
    const text = `${comment}on: push\njobs:\n  a:\n    name: ${name}\n    runs-on: ubuntu-latest\n    container: python:3.11\n    steps:\n${others.join('')}${pad}${step}${comment}${others.slice(0, 1).join('')}${later}`
    return { text: bom + text.replaceAll('\n', ending), command }
  })

test('the edited file is the same but for the scalar of the command, and is not edited again', async () => {
  const cwd = folderWith({ '.git/HEAD': 'ref: refs/heads/main\n' })
  mkdirSync(join(cwd, '.github/workflows'), { recursive: true })
  const { python: _, ...given } = optionsIn(cwd)
  const options = { ...given, fix: true }
  await fc.assert(
    fc.asyncProperty(made, async ({ text, command }) => {
      writeFileSync(join(cwd, name), text)
      const checked = await checkCi([], options)
      await saveCiFixes(checked)
      const after = readFileSync(join(cwd, name), 'utf8')
      expect(checked.result.files.flatMap(({ findings }) => findings.map(({ fixed }) => fixed))).toEqual([true])
      const yaml = readYaml(text)!
      const steps = (of: string) => parse(of.replace('\ufeff', '')).jobs.a.steps as { run: string }[]
      const at = steps(text).findIndex(({ run }) => run !== 'true')
      const node = yaml.at(yaml.items(yaml.at(yaml.root, 'jobs', 'a', 'steps'))[at], 'run')
      const { start, end } = yaml.scalarOf(node)!
      expect(after.startsWith(text.slice(0, start))).toBe(true)
      expect(after.endsWith(text.slice(end))).toBe(true)
      const run = steps(after)[at]!.run
      expect(run).toContain('cpu')
      for (const word of command.match(/[\w-]+/g)!) expect(run).toContain(word)
      const rest = (of: string) => {
        const document = parse(of.replace('\ufeff', ''))
        document.jobs.a.steps[at].run = ''
        return document
      }
      expect(rest(after)).toEqual(rest(text))
      expect((await checkCi([], options)).rewritten).toEqual([])
    }),
    { numRuns: runs(20, 200) },
  )
})
