import type { Code } from '../../src/contract/codes/codes.ts'
import type {
  FileResult,
  PackageSaving,
  PackageSize,
  RewriteResult,
  Savings,
} from '../../src/contract/results/rewrite.ts'
import type { Style } from '../../src/report/formatter.ts'
import { totals } from '../../src/run/savings.ts'
import { unifiedDiff } from '../../src/text/diff.ts'

/** A style that writes plain text. */
export const plain: Style = { color: false, width: 80, diffOnly: false, quiet: false, ascii: false }

export const side = (
  version: string,
  download: number | null,
  installed: number | null,
  exact = true,
): PackageSize => ({
  version,
  download,
  installed,
  exact,
})

/** Savings whose totals are the sums of their packages. */
export function savingsOf(packages: readonly PackageSaving[]): Savings {
  const [before, after] = [totals(packages, 'before', true), totals(packages, 'after', true)]
  const saved = { download: before.download - after.download, installed: before.installed - after.installed }
  return { before, after, saved, unknown: [], packages }
}

const before = '# web service\nnumpy>=1.26  # arrays\ntorch>=2.0.0\n'
const after =
  '# web service\n--extra-index-url https://download.pytorch.org/whl/cpu\nnumpy==2.3.5  # arrays\ntorch==2.13.0+cpu\n'

export const sampleFile: FileResult = {
  path: 'requirements.txt',
  changed: true,
  diff: unifiedDiff('requirements.txt', before, after),
  changes: [
    {
      action: 'inject',
      line: 2,
      name: 'torch',
      from: '',
      to: '--extra-index-url https://download.pytorch.org/whl/cpu',
      reason: 'the CPU wheels are there',
    },
    { action: 'pin', line: 2, name: 'numpy', from: 'numpy>=1.26', to: 'numpy==2.3.5', reason: 'newest that fits' },
    { action: 'pin', line: 3, name: 'torch', from: 'torch>=2.0.0', to: 'torch==2.13.0+cpu', reason: 'CPU build' },
  ],
  diagnostics: [
    {
      code: 'uv-first-index',
      level: 'warning',
      line: 2,
      message: 'uv reads every project from there alone',
      hint: 'run torchpin with --index-style find-links',
    },
  ],
}

export const sampleSavings: Savings = savingsOf([
  { name: 'nvidia-cublas', before: side('13.1.1.3', 423_109_834, 597_338_112), after: null },
  { name: 'numpy', before: side('2.3.5', 16_900_000, 70_000_000), after: side('2.3.5', 16_900_000, 70_000_000) },
  {
    name: 'torch',
    before: side('2.13.0', 526_600_000, 1_094_900_000),
    after: side('2.13.0+cpu', 191_794_682, 699_298_109),
  },
  { name: 'triton', before: side('3.7.1', 198_000_000, 721_000_000, false), after: null },
])

export const sample: RewriteResult = {
  schema: 1,
  version: '1.2.3',
  target: { python: ['3.11'], platforms: ['linux-x86_64'], source: 'Dockerfile:1' },
  index: { url: 'https://download.pytorch.org/whl/cpu', origin: 'live' },
  files: [sampleFile],
  savings: sampleSavings,
  units: [
    {
      files: ['requirements.txt'],
      target: { python: ['3.11'], platforms: ['linux-x86_64'], source: 'Dockerfile:1' },
      savings: sampleSavings,
    },
  ],
}

/** A word where only codes are meant to stand: a report takes any. */
export const anyCode = (word: string): Code => word as Code

const lockBefore =
  '[[package]]\nname = "torch"\nversion = "2.13.0"\n\n[[package]]\nname = "triton"\nversion = "3.7.1"\n'
const lockAfter = '[[package]]\nname = "torch"\nversion = "2.13.0+cpu"\n'

/** The lock of a uv project that loses what only CUDA builds need. */
export const sampleLock: FileResult = {
  path: 'uv.lock',
  changed: true,
  diff: unifiedDiff('uv.lock', lockBefore, lockAfter),
  changes: [
    { action: 'switch', line: 1, name: 'torch', from: 'torch==2.13.0', to: 'torch==2.13.0+cpu', reason: 'CPU build' },
    ...['nvidia-cublas==13.1.1.3', 'triton==3.7.1'].map((from, i) => ({
      action: 'remove' as const,
      line: 5 + i,
      name: from.split('==')[0]!,
      from,
      to: '',
      reason: 'only CUDA builds need it',
    })),
  ],
  diagnostics: [],
}

/** The same lock where nobody could make it anew. */
export const staleLock: FileResult = {
  ...sampleLock,
  changed: false,
  diff: '',
  changes: [],
  diagnostics: [
    {
      code: 'lock-stale',
      level: 'warning',
      line: 1,
      message: 'uv.lock is not updated yet: uv is not on the PATH',
      hint: 'run uv lock -P torch==2.13.0',
    },
  ],
}
