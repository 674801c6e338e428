import { describe, expect, test } from 'vitest'
import { gainsOf } from '../../src/decide/gains.ts'
import { switchIndexes } from '../../src/decide/index-lines.ts'
import type { IndexStyleName } from '../../src/decide/index-styles.ts'
import { indexOptionsIn } from '../../src/formats/requirements/index-options.ts'
import { fileOf } from '../requirements/file-of.ts'
import { byPath, cpu, including, written } from './given.ts'

/** What each file gains where the file named in `pinning` pins torch and torchvision, for people. */
function gained(texts: Readonly<Record<string, string>>, pinning: string, style: IndexStyleName = 'extra-index-url') {
  const [first, ...others] = Object.entries(texts).map(([path, text]) => fileOf(text, path))
  const files = byPath(including(first!, ...others), ...others)
  const decided = new Map(
    [...files].map(([path, file]) => [path, switchIndexes(indexOptionsIn(file), cpu, style)] as const),
  )
  const projects = new Map([[pinning, ['torch', 'torchvision']]])
  const gains = gainsOf(files, decided, { projects, additions: [] }, written(style))
  return [...gains].map(([path, own]) => [
    path,
    ...own.map(gain => ('url' in gain ? `${gain.option} ${gain.url}` : '')),
  ])
}

describe('a file gains an index', () => {
  const name = `extra-index-url ${cpu}`
  test.each<[id: string, texts: Record<string, string>, pinning: string, gains: string[][], style?: IndexStyleName]>([
    ['once', { 'r.txt': 'torch\n' }, '/r.txt', [['/r.txt', name]]],
    ['not where it names it', { 'r.txt': `--extra-index-url ${cpu}\ntorch\n` }, '/r.txt', []],
    [
      'not where an option is switched to it',
      { 'r.txt': '--extra-index-url https://download.pytorch.org/whl/cu118\ntorch\n' },
      '/r.txt',
      [],
    ],
    [
      'not where the main index is switched to it',
      { 'r.txt': '-i https://download.pytorch.org/whl/cu118\ntorch\n' },
      '/r.txt',
      [],
    ],
    [
      'again where another main index follows',
      { 'r.txt': `--extra-index-url ${cpu}\n-i https://example.org/simple\ntorch\n` },
      '/r.txt',
      [['/r.txt', name]],
    ],
    [
      'in the included file, which serves both',
      { 'r.txt': '-r b.txt\n', 'b.txt': 'torch\n' },
      '/b.txt',
      [['/b.txt', name]],
    ],
    [
      'in both where the first starts anew behind the include',
      { 'r.txt': '-r b.txt\n-i https://example.org/simple\n', 'b.txt': 'torch\n' },
      '/b.txt',
      [
        ['/b.txt', name],
        ['/r.txt', name],
      ],
    ],
    [
      'not in a file of constraints, but in the one that names it',
      { 'r.txt': '-c constraints.txt\n', 'constraints.txt': 'torch\n' },
      '/constraints.txt',
      [['/r.txt', name]],
    ],
    [
      'a page for each project',
      { 'r.txt': 'torch\n' },
      '/r.txt',
      [['/r.txt', `find-links ${cpu}/torch/`, `find-links ${cpu}/torchvision/`]],
      'find-links',
    ],
    ['none by URL', { 'r.txt': 'torch\n' }, '/r.txt', [], 'direct-url'],
  ])('%s', (_, texts, pinning, gains, style) => expect(gained(texts, pinning, style)).toEqual(gains))
})

test('an entry comes with it, behind the include that names indexes', () => {
  const other = fileOf('--extra-index-url https://example.org/simple\n', 'b.txt')
  const file = including(fileOf('-r b.txt\ntransformers\n', 'r.txt'), other)
  const pin = { version: '2.1.0+cpu', url: undefined, marker: undefined, hashes: [] }
  const addition = { file: '/r.txt', project: 'torch', pin, comment: 'CPU build', reason: 'so' }
  const projects = new Map([['/r.txt', ['torch']]])
  const gains = gainsOf(byPath(file, other), new Map(), { projects, additions: [addition] }, written('extra-index-url'))
  expect(gains.get('/r.txt')?.map(({ kind, behind }) => [kind, behind])).toEqual([
    ['name-index', { start: 0, end: 9 }],
    ['add', { start: 0, end: 9 }],
  ])
})
