import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { commandsOf } from '../../src/commands/command-tree.ts'
import { createProgram } from '../../src/commands/program.ts'

/** What the command line prints when its commands do nothing. */
async function printed(...args: string[]): Promise<{ out: string; err: string; exitCode: number }> {
  const program = createProgram()
  let [out, err] = ['', '']
  const output = { writeOut: (text: string) => (out += text), writeErr: (text: string) => (err += text) }
  for (const command of [program, ...commandsOf(program)]) {
    command.configureOutput(output)
    if (command.commands.length === 0) command.action(() => {})
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return { out, err, exitCode: error.exitCode }
    throw error
  }
  return { out, err, exitCode: 0 }
}

/** Every command as it is called: `docker check`. */
function paths(command = createProgram(), before = ''): string[] {
  const path = before === '' && command.parent === null ? '' : `${before} ${command.name()}`.trim()
  return [path, ...command.commands.flatMap(each => paths(each, path))]
}

describe('--help', () => {
  test.each(paths())('torchpin %s: what it does, and examples that parse', async path => {
    const { out, exitCode } = await printed(...path.split(' ').filter(Boolean), '--help')
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^Usage: torchpin/)
    const examples = /\nExamples:\n((?: {2}.*\n?)+)/.exec(out)?.[1] ?? ''
    expect(examples).toContain(`torchpin ${path}`.trim())
    for (const [, args = ''] of examples.matchAll(/torchpin ([^|>&\n]*)/g)) {
      const words = args.split(/ {2,}/)[0]!.match(/"[^"]*"|\S+/g) ?? []
      expect(await printed(...words.map(word => word.replaceAll('"', '')))).toMatchObject({ err: '', exitCode: 0 })
    }
  })
})

describe('what was meant', () => {
  test.each([
    { args: ['rewrit'], hint: 'hint: did you mean rewrite?' },
    { args: ['requirements.txt'], hint: 'hint: to rewrite a file or a folder: torchpin rewrite requirements.txt' },
    { args: ['services/api'], hint: 'hint: to rewrite a file or a folder: torchpin rewrite services/api' },
    { args: ['rewrite', '--dryrun'], hint: 'hint: did you mean --dry-run?' },
    { args: ['docker', 'chek'], hint: 'hint: did you mean check?' },
    { args: ['rewrite', '--pin', 'torh'], hint: 'Allowed choices are torch, ranges, all.' },
    { args: ['frobnicate'], hint: 'torchpin --help lists the commands' },
  ])('torchpin $args', async ({ args, hint }) => {
    const { err, exitCode } = await printed(...args)
    expect(exitCode).toBe(1)
    expect(err).toMatch(/^error: /)
    expect(err).toContain(hint)
  })
})
