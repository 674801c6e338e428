import { describe, expect, test } from 'vitest'
import { styleFor } from '../../src/report/style.ts'

describe('what a report may show', () => {
  const terminal = { isTTY: true, columns: 80 }
  test.each([
    { id: 'no locale, as in a container', env: {}, ascii: false },
    { id: 'UTF-8', env: { LANG: 'de_DE.UTF-8' }, ascii: false },
    { id: 'C.utf8', env: { LANG: 'C.utf8' }, ascii: false },
    { id: 'C', env: { LANG: 'C' }, ascii: true },
    { id: 'Latin 1', env: { LANG: 'de_DE.ISO-8859-1' }, ascii: true },
    { id: 'LC_ALL counts most', env: { LC_ALL: 'C', LANG: 'en_US.UTF-8' }, ascii: true },
    { id: 'LC_CTYPE counts more than LANG', env: { LC_CTYPE: 'C.UTF-8', LANG: 'C' }, ascii: false },
    { id: 'the console of Windows', env: {}, platform: 'win32', ascii: false },
    { id: 'a pipe on Windows', env: {}, platform: 'win32', stream: {}, ascii: true },
    { id: 'a pipe on Windows that says UTF-8', env: { LANG: 'C.UTF-8' }, platform: 'win32', stream: {}, ascii: false },
  ])('$id', ({ env, platform = 'linux', stream = terminal, ascii }) => {
    expect(styleFor(stream, { env, platform }).ascii).toBe(ascii)
  })
})

test('as wide as the terminal, and as a page where there is none', () => {
  const process = { env: {}, platform: 'linux' }
  expect(styleFor({ isTTY: true, columns: 40 }, process)).toMatchObject({ width: 40, terminal: true })
  expect(styleFor({}, process)).toMatchObject({ width: 100, terminal: false })
  // A terminal that does not know its size says 0.
  expect(styleFor({ isTTY: true, columns: 0 }, process)).toMatchObject({ width: 100 })
})
