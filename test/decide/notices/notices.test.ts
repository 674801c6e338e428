import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/decide/decide.ts'
import { stylesOf } from '../../../src/decide/file-styles.ts'
import type { IndexStyleName } from '../../../src/decide/index-styles.ts'
import type { Outcome, Surroundings } from '../../../src/decide/notices/known.ts'
import { noticesOn } from '../../../src/decide/notices/notices.ts'
import { parseVersion } from '../../../src/packaging/version.ts'
import type { RequirementLines } from '../../../src/torch/lines.ts'
import { fileOf } from '../../requirements/file-of.ts'
import { byPath, chosen, cpu, linesOf, numpyTrap, versionsOf } from '../given.ts'

const resolution = chosen({ torch: '2.1.0+cpu', numpy: '2.0.0', flask: '3.0.0' })
const quiet: Surroundings = {
  compiled: new Map(),
  installsWithUv: false,
  shared: [],
  unreached: [],
  renovate: undefined,
}

interface Given {
  readonly style?: IndexStyleName
  readonly outcome?: (lines: RequirementLines) => Partial<Outcome>
  readonly around?: Partial<Surroundings>
}

function told(text: string, { style, outcome, around }: Given = {}) {
  const file = fileOf(text)
  const asked = { files: byPath(file), lines: linesOf(file) }
  const styles = stylesOf(asked.files, asked.lines.direct, cpu, { style, preferred: 'none' })
  const [decided] = decide(asked, versionsOf(resolution), { cpuIndexUrl: cpu, styles }, new Map())
  const known = { resolution, substitutions: [], withoutMetadata: [], unavoidedTraps: [], ...outcome?.(asked.lines) }
  return noticesOn(decided!, asked, known, { cpuIndexUrl: cpu, ...quiet, ...around }).map(({ code, line }) => [
    code,
    line,
  ])
}

const [two, three] = [parseVersion('2.0')!, parseVersion('3.0')!]
const hash = `--hash=sha256:${'2'.repeat(64)}`
const compiled = (changesWith: 'alone' | 'in step') => ({
  compiled: new Map([
    [
      '/requirements.txt',
      { tool: 'uv', sources: ['r.in'], changesWith: changesWith === 'alone' ? [] : [fileOf('', 'r.in')] },
    ],
  ]),
})

describe('what is told of a file', () => {
  test.each<[id: string, text: string, expected: unknown[], given?: Given]>([
    ['nothing of one that is as it should be', 'torch==2.1.0+cpu\n', []],
    ['a line that is kept', 'torch  # torchpin: keep\n', [['kept', 1]]],
    ['a line that does not apply', 'x ; python_version < "3"\n', [['marker-false', 1]]],
    ['a line with a variable', 'flask==3 -C a=${B}\n', [['environment-kept', 1]]],
    ['an option on the line of a requirement', 'flask -i https://example.org/simple\n', [['option-ignored', 1]]],
    [
      'torch from a URL',
      'torch @ https://example.org/torch-2.0-cp311-cp311-linux_x86_64.whl\n',
      [['torch-from-url', 1]],
    ],
    [
      'a wheel for GPUs that stays',
      'x @ https://example.org/cu118/x-1.0+cu118-cp311-cp311-linux_x86_64.whl\n',
      [['gpu-wheel-from-url', 1]],
    ],
    ['a repository', 'git+https://example.org/x.git#egg=x\n', [['dependencies-unknown', 1]]],
    [
      'another release',
      'flask\nnumpy\n',
      [['nearest-release', 2]],
      { outcome: ({ requirements }) => ({ substitutions: [{ line: requirements[1]!, asked: two, taken: three }] }) },
    ],
    [
      'what fails at run time',
      'flask\ntorch\n',
      [['fails-at-run-time', 2]],
      { outcome: () => ({ unavoidedTraps: numpyTrap }) },
    ],
    [
      'what has no metadata',
      'flask\nnumpy\n',
      [['dependencies-unknown', 2]],
      { outcome: () => ({ withoutMetadata: [{ project: 'numpy', version: '1', as: undefined }] }) },
    ],
    ['what lacks a line among hashes', `torch==2.1.0+cpu ${hash}\n`, [['hash-line-missing', 1]]],
    ['uv and an extra index', 'torch\n', [['uv-first-index', 1]], { style: 'extra-index-url' }],
    [
      'uv and an extra index beside the CPU index',
      `-i ${cpu}\n--extra-index-url https://example.org/s\ntorch\n`,
      [['uv-first-index', 1]],
    ],
    ['a page of links', 'torch\n', [['find-links-not-compiled', 1]], { style: 'find-links' }],
    ['a URL', 'torch\n', [['url-names-one-wheel', 1]], { style: 'direct-url' }],
    ['what a tool made', 'torch\n', [['compiled-file', 1]], { around: compiled('alone') }],
    [
      'what a tool made, its source with it',
      'torch\n',
      [
        ['uv-first-index', 1],
        ['compiled-file', 1],
      ],
      { style: 'extra-index-url', around: compiled('in step') },
    ],
    ['what a tool made and nothing changes', 'torch==2.1.0+cpu\n', [], { around: compiled('alone') }],
  ])('%s', (_, text, expected, given) => expect(told(text, given)).toEqual(expected))
})
