import { describe, expect, test } from 'vitest'
import { readDateLimit } from '../src/contract/options.ts'

describe('--exclude-newer', () => {
  test.each([
    ['2026-11-20', '2026-11-21T00:00:00.000Z'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20 12:00:00+02:00', '2026-11-20T10:00:00.000Z'],
  ])('%s ends at %s', (text, end) => expect(readDateLimit(text).toISOString()).toBe(end))

  test.each(['', 'yesterday', '2026-13-01', '20.11.2026', '2026-11-20T12:00', '1700000000'])('%j is no date', text =>
    expect(() => readDateLimit(text)).toThrow('is not a date'),
  )
})
