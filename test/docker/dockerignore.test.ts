import { describe, expect, test } from 'vitest'
import { readDockerignore } from '../../src/docker/dockerignore.ts'

/** Docker's own examples first (docs: build context, dockerignore files), then what differs from git. */
describe('a .dockerignore', () => {
  test.each([
    { id: 'no lines', text: '', leaves: [], keeps: ['a', 'a/b'] },
    { id: '*/temp*', text: '*/temp*', leaves: ['somedir/temporary.txt', 'somedir/temp'], keeps: ['temp', 'a/b/temp'] },
    { id: '*/*/temp*', text: '*/*/temp*', leaves: ['somedir/subdir/temporary.txt'], keeps: ['somedir/temporary.txt'] },
    { id: 'temp?', text: 'temp?', leaves: ['tempa', 'tempb', 'tempa/x'], keeps: ['temp', 'tempab', 'a/tempa'] },
    { id: '**/*.go', text: '**/*.go', leaves: ['a.go', 'a/b/c.go'], keeps: ['a.gox'] },
    { id: '*.md, !README.md', text: '*.md\n!README.md', leaves: ['a.md'], keeps: ['README.md', 'docs/a.md'] },
    {
      id: 'the last match decides',
      text: '*.md\n!README*.md\nREADME-secret.md',
      leaves: ['a.md', 'README-secret.md'],
      keeps: ['README.md', 'README-a.md'],
    },
    {
      id: 'no effect of a line in between',
      text: '*.md\nREADME-secret.md\n!README*.md',
      leaves: ['a.md'],
      keeps: ['README-secret.md'],
    },
    { id: 'rooted', text: 'abc', leaves: ['abc', 'abc/x'], keeps: ['x/abc'] },
    {
      id: 'a leading slash says nothing',
      text: '/foo/bar',
      leaves: ['foo/bar', 'foo/bar/x'],
      keeps: ['bar', 'x/foo/bar'],
    },
    { id: 'a slash at the end says nothing', text: 'foo/', leaves: ['foo', 'foo/x'], keeps: ['a/foo'] },
    { id: 'cleaned', text: './a/../b//c/.', leaves: ['b/c'], keeps: ['a', 'b'] },
    { id: 'blanks around', text: '  foo  ', leaves: ['foo'], keeps: [] },
    { id: 'a comment in the first column', text: '#foo', leaves: [], keeps: ['#foo', 'foo'] },
    { id: 'no comment further on', text: ' #foo\nbar # why', leaves: ['#foo', 'bar # why'], keeps: ['bar'] },
    { id: 'below an excluded folder', text: 'foo\n!foo/bar', leaves: ['foo/x'], keeps: ['foo/bar', 'foo/bar/x'] },
    { id: 'everything but', text: '*\n!src\n!src2/**', leaves: ['a', 'a/b'], keeps: ['src', 'src/a/b', 'src2/a'] },
    { id: '**', text: '**', leaves: ['a', 'a/b'], keeps: [] },
    { id: 'a/**', text: 'a/**', leaves: ['a/b', 'a/b/c'], keeps: ['a', 'b'] },
    { id: '**/a', text: '**/a', leaves: ['a', 'x/a', 'x/y/a/z'], keeps: ['xa', 'x/ya'] },
    { id: 'a/**/b', text: 'a/**/b', leaves: ['a/b', 'a/x/y/b'], keeps: ['b', 'a/xb'] },
    { id: 'a class', text: '**/*.py[co]', leaves: ['a.pyc', 'x/a.pyo'], keeps: ['a.py', 'a.pyd'] },
    { id: 'a negated class', text: '[^a]b', leaves: ['cb'], keeps: ['ab'] },
    { id: 'a range', text: '[a-c]', leaves: ['b'], keeps: ['d', '-'] },
    { id: 'an escape', text: '\\*.txt', leaves: ['*.txt'], keeps: ['a.txt'] },
    { id: 'what expressions mean and patterns do not', text: 'a+b(c)|$.{d}', leaves: ['a+b(c)|$.{d}'], keeps: ['aab'] },
    { id: 'case counts', text: 'Foo', leaves: ['Foo'], keeps: ['foo'] },
    { id: 'a pattern that Docker refuses', text: '[', leaves: [], keeps: ['['] },
    { id: 'Windows line ends and a mark', text: '\ufefffoo\r\nbar\r\n', leaves: ['foo', 'bar'], keeps: ['foo\r'] },
    { id: 'beyond ASCII', text: 'é?', leaves: ['é😀'], keeps: ['é'] },
  ])('$id', ({ text, leaves, keeps }) => {
    const { ignores } = readDockerignore(text)
    expect(leaves.filter(path => !ignores(path))).toEqual([])
    expect(keeps.filter(ignores)).toEqual([])
  })

  test('tells which pattern does it', () => {
    const { leftOutBy } = readDockerignore('# papers\n\ndocs\n*.md\n!docs/b.md')
    expect(leftOutBy('docs/a.md')).toMatchObject({ written: 'docs' })
    expect(leftOutBy('docs/b.md')).toBeUndefined()
  })

  test('tells where each pattern stands', () => {
    const text = '# a\r\n  foo \r\n!bar'
    expect(readDockerignore(text).patterns.map(({ span }) => text.slice(span.start, span.end))).toEqual(['foo', '!bar'])
  })
})
