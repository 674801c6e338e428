import { describe, expect, test } from 'vitest'
import { decide } from '../../src/decide/decide.ts'
import { stylesOf } from '../../src/decide/file-styles.ts'
import type { IndexStyleName } from '../../src/decide/index-styles.ts'
import { fileOf } from '../requirements/file-of.ts'
import { byPath, chosen, cpu, including, linesOf, versionsOf } from './given.ts'

const resolution = chosen(
  { torch: '2.1.0+cpu', transformers: '4.35.0', numpy: '1.26.0' },
  { needs: { transformers: ['torch'] } },
)

function decided(texts: Readonly<Record<string, string>>, style?: IndexStyleName) {
  const [first, ...others] = Object.entries(texts).map(([path, text], i) => ({ ...fileOf(text, path), root: i === 0 }))
  const files = byPath(including(first!, ...others), ...others)
  const lines = linesOf([...files.values()])
  const styles = stylesOf(files, lines.direct, cpu, { style, preferred: 'extra-index-url' })
  return decide({ files, lines }, versionsOf(resolution), { cpuIndexUrl: cpu, styles }, new Map()).map(
    ({ file, decisions, pinsCpuBuilds }) => [file.path, decisions.map(({ kind }) => kind), pinsCpuBuilds],
  )
}

describe('what is decided on the files of an install', () => {
  test.each<[id: string, texts: Record<string, string>, decisions: unknown[], style?: IndexStyleName]>([
    ['nothing without torch', { 'r.txt': 'numpy>=1\n' }, [['r.txt', [], false]]],
    ['a pin and its index', { 'r.txt': 'torch\n' }, [['r.txt', ['name-index', 'pin'], true]]],
    ['an entry and its index', { 'r.txt': 'transformers\n' }, [['r.txt', ['name-index', 'add'], true]]],
    [
      'an index switched',
      { 'r.txt': '-i https://download.pytorch.org/whl/cu118 ; os_name == "nt"\ntorch==2.1.0+cu118\n' },
      [['r.txt', ['switch', 'switch-index'], true]],
    ],
    [
      'a marker alone',
      { 'r.txt': `-i ${cpu} ; os_name == "nt"\ntorch==2.1.0+cpu\n` },
      [['r.txt', ['remove-marker'], true]],
    ],
    ['nothing a second time', { 'r.txt': `--extra-index-url ${cpu}\ntorch==2.1.0+cpu\n` }, [['r.txt', [], true]]],
    [
      'each file on its own',
      { 'r.txt': '-r b.txt\ntorch\n', 'b.txt': 'nvidia-cublas-cu12\n' },
      [
        ['r.txt', ['name-index', 'pin'], true],
        ['b.txt', ['remove'], false],
      ],
    ],
    [
      'the index stays beside URLs for a line that is kept',
      { 'r.txt': '--extra-index-url https://download.pytorch.org/whl/cu118\ntorch==2.1.0+cpu  # torchpin: keep\n' },
      [['r.txt', ['switch-index'], true]],
      'direct-url',
    ],
  ])('%s', (_, texts, decisions, style) => expect(decided(texts, style)).toEqual(decisions))
})
