import { describe, expect, test } from 'vitest'
import { bytecodeOf, pythonSource } from '../../src/packaging/bytecode.ts'

describe('what pip compiles of a wheel', () => {
  test.each<[name: string, counts: 'modules' | 'tests' | 'nothing']>([
    ['a/__init__.py', 'modules'],
    ['a-1.0.data/scripts/run.py', 'modules'],
    ['a/testimony.py', 'modules'],
    ['a/tests/deep/x.py', 'tests'],
    ['tests/x.py', 'tests'],
    ['a/testing/x.py', 'tests'],
    ['a/test_x.py', 'tests'],
    ['a/conftest.py', 'tests'],
    ['a/types.pyi', 'nothing'],
    ['a/native.so', 'nothing'],
    ['a/old.pyc', 'nothing'],
  ])('%s: %s', (name, counts) => {
    const none = { modules: 0, tests: 0 }
    expect(pythonSource([{ name, uncompressed: 7 }])).toEqual(counts === 'nothing' ? none : { ...none, [counts]: 7 })
  })
})

describe('bytecode', () => {
  const source = { modules: 1_000_000, tests: 100_000 }
  test.each([
    { python: '3.11.7', like: '3.11' },
    { python: '3.14', like: '3.13' },
    { python: '3.6', like: '3.9' },
  ])('of $python is that of $like', ({ python, like }) => {
    expect(bytecodeOf(source, python)).toBe(bytecodeOf(source, like))
  })

  test('3.11 writes half as much again as 3.10', () => {
    expect(bytecodeOf(source, '3.11') / bytecodeOf(source, '3.10')).toBeGreaterThan(1.4)
  })
})
