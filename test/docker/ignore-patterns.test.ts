import { describe, expect, test } from 'vitest'
import { ignoredBy, readIgnorePatterns } from '../../src/docker/ignore-patterns.ts'

describe('what a .dockerignore keeps out', () => {
  test.each([
    ['a pattern counts from the top', 'abc', 'abc', true],
    ['and not below', 'abc', 'x/abc', false],
    ['unless it says so', '**/abc', 'x/y/abc', true],
    ['two stars match no folder too', '**/abc', 'abc', true],
    ['what lies in a folder goes with it', 'abc', 'abc/d/e.py', true],
    ['a leading slash does not count', '/abc', 'abc', true],
    ['nor does a trailing one', 'abc/', 'abc', true],
    ['nor ./', './abc', 'abc', true],
    ['.. is resolved', 'x/../abc', 'abc', true],
    ['a star stays within a folder', '*.py', 'a/b.py', false],
    ['a star stands for nothing too', 'Dockerfile*', 'Dockerfile', true],
    ['a question mark is one character', 'a?c', 'abc', true],
    ['and no slash', 'a?c', 'a/c', false],
    ['classes', '*.py[cod]', 'a.pyc', true],
    ['classes, what is not in them', '*.py[cod]', 'a.pyx', false],
    ['an escaped star is a star', 'a\\*', 'ab', false],
    ['a dot is a dot', '.env', 'xenv', false],
    ['case counts', 'Readme', 'README', false],
    ['a comment begins in the first column', '#abc', '#abc', false],
    ['and nowhere else', ' #abc', '#abc', true],
    ['! brings back', '*.txt\n!requirements.txt', 'requirements.txt', false],
    ['! brings back below a folder that is left out', 'docs\n!docs/about.md', 'docs/about.md', false],
    ['and nothing beside it', 'docs\n!docs/about.md', 'docs/other.md', true],
    ['the last match decides', '!a.txt\n*.txt', 'a.txt', true],
    ['two stars at the end', 'a/**', 'a/b/c', true],
    ['Windows line ends', 'abc\r\ndef\r\n', 'abc', true],
    ['a byte order mark', '\uFEFFabc', 'abc', true],
  ])('%s', (_, text, path, ignored) => {
    expect(ignoredBy(readIgnorePatterns(text), path) !== undefined).toBe(ignored)
  })

  test('says which line does it', () => {
    expect(ignoredBy(readIgnorePatterns('# papers\n\ndocs\n*.md'), 'docs/a.md')).toMatchObject({
      text: 'docs',
      line: 3,
    })
  })
})
