import { expect, test } from 'vitest'
import { stylesOf } from '../../src/decide/file-styles.ts'
import type { IndexStyleName } from '../../src/decide/index-styles.ts'
import { fileOf } from '../requirements/file-of.ts'
import { byPath, cpu, including, linesOf } from './given.ts'

const wheel = `torch @ ${cpu}/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl\n`

test.each<[id: string, text: string, included: string, style: IndexStyleName | undefined, expected: IndexStyleName]>([
  ['as the run says', `--extra-index-url ${cpu}\n`, '', 'none', 'none'],
  ['as the file has it', `--extra-index-url ${cpu}\n`, '', undefined, 'extra-index-url'],
  ['as a file that it includes has it', '', `--extra-index-url ${cpu}\n`, undefined, 'extra-index-url'],
  ['by URL where a line has one', wheel, '', undefined, 'direct-url'],
  ['by URL where an included line has one', '', wheel, undefined, 'direct-url'],
  ['else as is preferred', 'torch\n', '', undefined, 'find-links'],
])('%s', (_, text, included, style, expected) => {
  const other = fileOf(included, 'b.txt')
  const file = including(fileOf(`-r b.txt\n${text}`), other)
  const { direct } = linesOf([file, other])
  const styles = stylesOf(byPath(file, other), direct, cpu, { style, preferred: 'find-links' })
  expect(styles.get(file.absolute)).toBe(expected)
})
