import { describe, expect, test } from 'vitest'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { githubReport } from '../../src/report/rewrite/github.ts'
import { jsonReport } from '../../src/report/rewrite/json.ts'
import { markdownReport } from '../../src/report/rewrite/markdown.ts'
import { textReport } from '../../src/report/rewrite/text.ts'
import { plain, sample, sampleFile, sampleLock, staleLock } from './sample.ts'

const withLock: RewriteResult = { ...sample, files: [sampleFile, sampleLock] }
const counted = 'uv.lock: 1 line added, 5 lines removed'

describe('the diff of a lock', () => {
  test('is counted in the text, and its changes are listed', () => {
    const text = textReport(withLock, plain)
    expect(text).toContain(`\n${counted}; --verbose or --diff-only shows them\n`)
    expect(text).toContain('uv.lock:5: remove nvidia-cublas, triton: only CUDA builds need it\n')
    expect(text).toContain(sampleFile.diff)
    expect(text).not.toContain('+++ b/uv.lock')
  })

  test.each(['diffOnly', 'verbose'] as const)('is whole with %s', style => {
    const text = textReport(withLock, { ...plain, [style]: true })
    expect(text).toContain(sampleFile.diff + sampleLock.diff)
    expect(text).not.toContain(counted)
  })

  test('is counted in markdown, which says how to see it', () => {
    const markdown = markdownReport(withLock, plain)
    expect(markdown).toContain(`- ${counted}\n`)
    expect(markdown).toContain('`torchpin rewrite --dry-run --diff-only` prints these lines too.')
    expect(markdown).not.toContain('+++ b/uv.lock')
    expect(markdownReport(withLock, { ...plain, verbose: true })).toContain('+++ b/uv.lock')
  })

  test('is whole in JSON', () => {
    expect(JSON.parse(jsonReport(withLock)).files[1].diff).toBe(sampleLock.diff)
  })

  test('what it loses for one reason is one annotation', () => {
    const lines = githubReport(withLock, plain).split('\n')
    expect(lines.filter(line => line.includes('file=uv.lock'))).toEqual([
      '::notice file=uv.lock,line=1,title=switch torch::torch==2.13.0 becomes torch==2.13.0+cpu: CPU build',
      '::notice file=uv.lock,line=5,title=remove nvidia-cublas::nvidia-cublas==13.1.1.3, triton==3.7.1 are gone: only CUDA builds need it',
    ])
  })

  test.each(['uv.lock', 'api/uv.lock', 'poetry.lock', 'embed.py.lock'])('%s is a lock', path => {
    expect(textReport({ ...sample, files: [{ ...sampleLock, path }] }, plain)).not.toContain('@@')
  })

  test.each(['requirements.txt', 'my-uv.lock', 'uv.lock.txt'])('%s is none', path => {
    expect(textReport({ ...sample, files: [{ ...sampleLock, path }] }, plain)).toContain('@@')
  })
})

describe('a lock that is not updated yet', () => {
  const last = (result: RewriteResult) => textReport(result, plain).trimEnd().split('\n').at(-1)

  test('what is saved is saved with it', () => {
    const closing = /→ 209 MB to download .* on disk \(−69 %\), once uv\.lock is updated$/
    expect(last({ ...sample, files: [sampleFile, staleLock] })).toMatch(closing)
    expect(last({ ...sample, files: [{ ...sampleFile, changed: false, diff: '' }, staleLock] })).toMatch(closing)
  })

  test('without sizes it is still said', () => {
    expect(last({ ...sample, savings: null, files: [staleLock] })).toBe(
      'Nothing to change, but uv.lock is not updated yet',
    )
  })
})
