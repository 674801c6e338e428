import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkCi, saveCiFixes } from '../../src/ci/check.ts'
import { DEFAULT_CPU_INDEX_URL } from '../../src/contract/options.ts'
import type { CiFinding } from '../../src/contract/results/ci-check.ts'
import { sandbox } from '../sandbox.ts'
import { ciCpu, ciMain, ciPages } from './world.ts'

/**
 * Each folder of fixtures/ci has the shape of a file that a public project has: its commands, quotes, matrix and branches, in words
 * of our own. `expected.txt` says in its first line how somebody who knows reads it, then what is to be found; `fixed` holds the
 * files that --fix changes. {WHL} stands for the folder of the index of CPU builds.
 */
const fixtures = join(import.meta.dirname, '../../fixtures/ci')
const { folderWith, optionsIn, indexes } = sandbox(ciCpu, ciMain, ciPages)

function textsIn(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = all.filter(file => statSync(join(folder, file)).isFile()).sort()
  return Object.fromEntries(files.map(file => [file, readFileSync(join(folder, file), 'utf8')]))
}

const shown = ({ path, line, code, fixed, unfixed }: CiFinding): string =>
  `${path}:${line} ${code}${fixed ? ' fixed' : unfixed === undefined ? '' : ` left: ${unfixed}`}`

test.each(readdirSync(fixtures))('%s', async name => {
  const given = textsIn(join(fixtures, name, 'files'))
  const filled = Object.entries(given).map(
    ([file, text]) => [file, text.replaceAll('{WHL}', indexes.cpu.slice(0, -'/cpu'.length))] as const,
  )
  const cwd = folderWith({ '.git/HEAD': 'ref: refs/heads/main\n', ...Object.fromEntries(filled) })
  const { python: _, ...options } = { ...optionsIn(cwd), fix: true }
  const checked = await checkCi([], options)
  await saveCiFixes(checked)
  const [reading] = readFileSync(join(fixtures, name, 'expected.txt'), 'utf8').split('\n', 1)
  const found = checked.result.files.flatMap(({ findings }) => findings.map(shown))
  const blanked = (text: string) =>
    text
      .replaceAll(DEFAULT_CPU_INDEX_URL, '{CPU}')
      // Dockerfiles are held against the release of the snapshot.
      .replace(/(--extra-index-url \{CPU\} torch==)[\d.]+/g, '$1{NEWEST}')
      .replaceAll(indexes.cpu, '{CPU}')
      .replaceAll(indexes.links, '{LINKS}')
      .replaceAll(indexes.main, '{MAIN}')
      .replaceAll(indexes.cpu.slice(0, -'/cpu'.length), '{WHL}')
  await expect(blanked(`${[reading, ...found].join('\n')}\n`)).toMatchFileSnapshot(join(fixtures, name, 'expected.txt'))
  const changed = filled.flatMap(([file]) => {
    const text = blanked(readFileSync(join(cwd, file), 'utf8'))
    return text === given[file] ? [] : [[file, text]]
  })
  for (const [file, text] of changed) await expect(text).toMatchFileSnapshot(join(fixtures, name, 'fixed', file!))
  // What nothing makes any more is for a person to delete.
  const stale = Object.keys(textsIn(join(fixtures, name, 'fixed'))).filter(file => !changed.some(([of]) => of === file))
  expect(stale).toEqual([])
  expect((await checkCi([], options)).rewritten).toEqual([])
})
