import { describe, expect, test } from 'vitest'
import { painter, wantsColor } from '../../src/report/colors.ts'

describe('painter', () => {
  test('colours', () => {
    expect(painter(true)('red', 'x')).toBe('\u001b[31mx\u001b[39m')
  })
  test('leaves an empty text empty', () => {
    expect(painter(true)('red', '')).toBe('')
  })
  test('leaves all as it is', () => {
    expect(painter(false)('red', 'x')).toBe('x')
  })
})

describe('wantsColor', () => {
  const terminal = { isTTY: true }
  test.each([
    { id: 'a terminal', stream: terminal, wants: true },
    { id: 'a pipe', stream: {}, wants: false },
    { id: 'a terminal that cannot', stream: terminal, env: { TERM: 'dumb' }, wants: false },
    { id: 'NO_COLOR', stream: terminal, env: { NO_COLOR: '1' }, wants: false },
    { id: 'NO_COLOR, empty', stream: terminal, env: { NO_COLOR: '' }, wants: true },
    { id: 'FORCE_COLOR', stream: {}, env: { FORCE_COLOR: '1' }, wants: true },
    { id: 'FORCE_COLOR, empty', stream: {}, env: { FORCE_COLOR: '' }, wants: true },
    { id: 'FORCE_COLOR=0', stream: terminal, env: { FORCE_COLOR: '0' }, wants: false },
    { id: 'both', stream: {}, env: { FORCE_COLOR: '1', NO_COLOR: '1' }, wants: true },
    { id: '--color always', stream: {}, env: { NO_COLOR: '1' }, when: 'always' as const, wants: true },
    { id: '--color never', stream: terminal, env: { FORCE_COLOR: '1' }, when: 'never' as const, wants: false },
  ])('$id', ({ stream, env, when, wants }) => {
    expect(wantsColor(stream, env ?? {}, when)).toBe(wants)
  })
})
