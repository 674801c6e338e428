import { describe, expect, test } from 'vitest'
import { fromPoetry, onlyPythonIn } from '../../src/project-files/python-range.ts'

describe('onlyPythonIn', () => {
  test.each<[range: string, python: string | undefined]>([
    ['==3.11.*', '3.11'],
    ['==3.11', '3.11'],
    ['==3.11.7', '3.11.7'],
    ['==3.11.0', '3.11.0'],
    ['>=3.11,<3.12', '3.11'],
    ['<3.12, >=3.11.4', '3.11'],
    ['~=3.11.0', '3.11'],
    ['>=3.10,<3.12,!=3.10.*', '3.11'],
    ['>=3.11', undefined],
    ['~=3.11', undefined],
    ['>=3.11,<4', undefined],
    ['>=3.11,<3.13', undefined],
    ['>3.10,<3.12', undefined],
    ['>=3.12,<3.11', undefined],
    ['', undefined],
    ['==2.7.*', undefined],
    ['eleven', undefined],
  ])('%j', (range, python) => {
    expect(onlyPythonIn(range)).toBe(python)
  })
})

describe('fromPoetry', () => {
  test.each([
    ['~3.11', '>=3.11,<3.12'],
    ['~3.11.4', '>=3.11.4,<3.12'],
    ['~3', '>=3,<4'],
    ['^3.11', '>=3.11,<4'],
    ['3.11', '==3.11'],
    ['3.11.*', '==3.11.*'],
    ['>=3.11 <3.12', '>=3.11,<3.12'],
    ['>=3.11, <3.12', '>=3.11,<3.12'],
    ['~=3.11.0', '~=3.11.0'],
  ])('%s', (range, specifier) => {
    expect(fromPoetry(range)).toBe(specifier)
  })

  test.each(['*', '~3.10 || ~3.11', '3.11 | 3.12', ''])('%j says nothing of one Python', range => {
    expect(onlyPythonIn(fromPoetry(range))).toBeUndefined()
  })
})
