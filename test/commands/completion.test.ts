import { execFileSync, spawnSync } from 'node:child_process'
import { Command, Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { completionScript } from '../../src/commands/completion.ts'
import { createProgram } from '../../src/commands/program.ts'

/** A program with all that completion has to know: a group, choices, a flag with a value, quotes in a description. */
function sample(): Command {
  const program = new Command('torchpin')
  program
    .command('rewrite')
    .description("doesn't [matter]: much")
    .option('--no-sizes', 'no sizes')
    .option('--cache-dir <folder>', 'a folder')
    .addOption(new Option('--pin <what>', 'which lines').choices(['torch', 'ranges', 'all']))
  const group = program.command('docker')
  group.command('check').option('--fix', 'mend')
  group.command('init').addOption(new Option('--base <image>', 'base').choices(['slim', 'full']))
  return program
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).status === 0

/** What bash would offer for a line whose last word is being typed. */
function offered(program: Command, line: string): string[] {
  const words = line.split(' ')
  const script = `${completionScript(program, 'bash')}
COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_torchpin; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['--noprofile', '--norc', '-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean)
}

describe.runIf(has('bash'))('bash', () => {
  test.each([
    { line: 'torchpin ', words: ['rewrite', 'docker', '--help', '--version'] },
    { line: 'torchpin rew', words: ['rewrite'] },
    { line: 'torchpin docker ', words: ['check', 'init'] },
    { line: 'torchpin docker ch', words: ['check'] },
    { line: 'torchpin rewrite --p', words: ['--pin'] },
    { line: 'torchpin rewrite --pin ', words: ['torch', 'ranges', 'all'] },
    { line: 'torchpin rewrite --pin r', words: ['ranges'] },
    { line: 'torchpin rewrite --no', words: ['--no-sizes'] },
    { line: 'torchpin docker init --base f', words: ['full'] },
    { line: 'torchpin docker check --', words: ['--fix', '--help'] },
    { line: 'torchpin rewrite req', words: [] },
  ])('$line', ({ line, words }) => {
    expect(offered(sample(), line)).toEqual(words)
  })

  test('every flag of every command is offered', () => {
    expect(offered(createProgram(), 'torchpin rewrite --')).toContain('--index-style')
    expect(offered(createProgram(), 'torchpin check --max')).toEqual([
      '--max-download',
      '--max-installed',
      '--max-growth-download',
      '--max-growth-installed',
    ])
  })
})

describe.each(['bash', 'zsh', 'fish'] as const)('%s', shell => {
  test('names every command and flag', () => {
    const script = completionScript(sample(), shell)
    for (const word of ['rewrite', 'docker', 'check', 'init', 'sizes', 'cache-dir', 'pin', 'ranges', 'fix', 'base'])
      expect(script).toContain(word)
  })

  test.runIf(has(shell))('is a script of its shell', () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: completionScript(createProgram(), shell) })
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
  })
})
