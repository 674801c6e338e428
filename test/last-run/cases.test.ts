import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isFull } from '../full.ts'
import { commandIn } from '../loopback/in-process.ts'
import { cpu2023, main2023, pages2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import { asker, isAgain, withoutRun } from './same-question.ts'

/** The cases of `rewrite`, their options as flags: with and without a kept answer, a command says the same. */
const cases = resolve(import.meta.dirname, '../../fixtures/cases')
const { temporary, indexes, folderWith } = sandbox(cpu2023, main2023, pages2023)

const named = readdirSync(cases)
// Those whose files name other files, variables or several targets are the ones with the most to forget.
const some = ['include', 'index-line-unset-variable']

/** Cases whose files name hosts that are not there, or pages that a server wants to be asked for each time. */
const asking = new Set([
  ...['cuda-pins', 'direct-url', 'direct-url-cuda-wheel', 'direct-url-kept'],
  ...['gpu-extras', 'side-index-llama', 'stable-page', 'stable-page-as-index'],
])

function laidOut(name: string): { readonly cwd: string; readonly flags: readonly string[] } {
  const cwd = folderWith({ '.git/HEAD': 'ref: refs/heads/main\n' })
  cpSync(join(cases, name, 'input'), cwd, { recursive: true })
  for (const file of readdirSync(cwd).filter(file => file !== '.git')) {
    const text = readFileSync(join(cwd, file), 'utf8')
    const filled = text.replaceAll('{CPU}', indexes.cpu).replaceAll('{MAIN}', indexes.main)
    writeFileSync(join(cwd, file), filled.replaceAll('{LINKS}', indexes.links))
  }
  const own = join(cases, name, 'options.json')
  const options = {
    python: ['3.11'],
    ...(existsSync(own) ? JSON.parse(readFileSync(own, 'utf8')) : {}),
  } as Readonly<Record<string, string | readonly string[]>>
  const flags = Object.entries(options).flatMap(([option, values]) =>
    [values].flat().flatMap(value => [`--${option.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, value]),
  )
  return { cwd, flags: [...flags, '--cpu-index-url', indexes.cpu, '--index-url', indexes.main] }
}

const contents = (cwd: string) =>
  readdirSync(cwd)
    .filter(name => name !== '.git')
    .map(name => [name, readFileSync(join(cwd, name), 'utf8')])

describe.each(isFull ? named : some)('%s', name => {
  test.each([
    ['check', (flags: readonly string[]) => ['check', ...flags.filter(flag => !isOfRewrite(flag)), '.']],
    ['rewrite --dry-run', (flags: readonly string[]) => ['rewrite', '--dry-run', ...flags, 'requirements.txt']],
  ])('%s says the same from the last run', async (_, args) => {
    const { cwd, flags } = laidOut(name)
    const ask = asker(temporary)
    const before = contents(cwd)
    // Within this process, which has no last run.
    const without = withoutRun(await commandIn(temporary)(cwd, [...args(flags), '--verbose']))
    expect(withoutRun(await ask(cwd, args(flags)))).toEqual(without)
    const again = await ask(cwd, args(flags))
    // Errors are worked out each time.
    expect(isAgain(again)).toBe((without.code ?? 2) < 2 && !asking.has(name))
    expect(withoutRun(again)).toEqual(without)
    expect(contents(cwd)).toEqual(before)
  })
})

/** A flag that `check` does not take, or its value. */
function isOfRewrite(flag: string): boolean {
  return /^(?:--index-style|--resolution|direct-url|find-links|lowest-direct)$/.test(flag)
}
