import { describe, expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import { describeError } from '../../src/report/error.ts'

const quiet = { color: false, verbose: false, width: 100 }
const message = 'cannot reach https://example.org/simple/torch/'

describe('describeError', () => {
  test('message, causes in one line, hint', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code: 'ECONNREFUSED' })
    const error = new TorchpinError('INDEX_UNREACHABLE', message, {
      hint: 'run again with --offline to take the last known answers',
      cause: new TypeError('fetch failed', { cause: root }),
    })
    expect(describeError(error, quiet)).toMatchInlineSnapshot(`
      "error[INDEX_UNREACHABLE]: cannot reach https://example.org/simple/torch/
        because: fetch failed: connect ECONNREFUSED 127.0.0.1:443
      hint: run again with --offline to take the last known answers
      "
    `)
  })

  test.each([
    { id: 'no cause', cause: undefined, because: undefined },
    { id: 'a cause that only repeats', cause: new Error('cannot reach'), because: undefined },
    {
      id: 'several tries at once',
      cause: new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1'), new Error('refused ::1')]),
      because: 'refused ::1, refused 127.0.0.1',
    },
    { id: 'a code and no message', cause: Object.assign(new Error(), { code: 'EPIPE' }), because: 'EPIPE' },
    { id: 'no error at all', cause: 'text', because: 'text' },
    { id: 'an escape sequence', cause: new Error('\u001b[2Jgone'), because: '\\x1b[2Jgone' },
    {
      id: 'a password',
      cause: new Error('GET https://user:pass@example.org/'),
      because: 'GET https://****@example.org/',
    },
  ])('$id', ({ cause, because }) => {
    const told = describeError(new TorchpinError('INDEX_UNREACHABLE', message, { cause }), quiet)
    expect(told).toBe(`error[INDEX_UNREACHABLE]: ${message}\n${because === undefined ? '' : `  because: ${because}\n`}`)
  })

  test('causes that go round in a circle', () => {
    const [a, b] = [new Error('a'), new Error('b')]
    a.cause = b
    b.cause = a
    const told = describeError(new TorchpinError('INDEX_UNREACHABLE', message, { cause: a }), quiet)
    expect(told).toContain('because: b')
  })

  test('--verbose shows the stacks', () => {
    const error = new TorchpinError('FILE_UNREADABLE', 'cannot read', { cause: new Error('EACCES') })
    const told = describeError(error, { ...quiet, verbose: true })
    expect(told).toContain('TorchpinError: cannot read\n    at ')
    expect(told).toContain('caused by Error: EACCES\n    at ')
  })

  test('a bug shows its stack, the release, and what to put into a report', () => {
    const told = describeError(new RangeError('offset 5 of 3'), quiet)
    expect(told).toMatch(
      /^error: this is a bug in torchpin; no file has changed\nRangeError: offset 5 of 3\n {4}at .*\ntorchpin \S+, Node \S+, \S+\nhint: report it .*\n$/s,
    )
  })

  test('a bug shows nothing of a file that an error quotes', () => {
    const thrown = (): unknown => {
      try {
        return JSON.parse('machine example.org\npassword "hunter2"')
      } catch (error) {
        return error
      }
    }
    for (const error of [thrown(), new Error('outer', { cause: thrown() })])
      expect(describeError(error, quiet)).not.toMatch(/machine|hunter2/)
  })

  test('something thrown that is no error', () => {
    expect(describeError('stop', quiet)).toContain('thrown: stop\n')
  })

  test('colour', () => {
    const told = describeError(new TorchpinError('BAD_OPTION', 'bad', { hint: 'good' }), {
      ...quiet,
      color: true,
    })
    expect(told).toBe('\u001b[31merror[BAD_OPTION]\u001b[39m: bad\n\u001b[36mhint\u001b[39m: good\n')
  })
})
