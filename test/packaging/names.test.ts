import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalizeName, isValidName } from '../../src/packaging/names.ts'

test.each([
  ['torch', 'torch'],
  ['Torch_Vision.X', 'torch-vision-x'],
  ['zope.interface', 'zope-interface'],
  ['a--b', 'a-b'],
  ['a-_.b', 'a-b'],
  ['-a_', '-a-'],
  ['', ''],
])('canonicalizeName(%s) is %s', (name, canonical) => {
  expect(canonicalizeName(name)).toBe(canonical)
})

test.each([
  ['torch', true],
  ['A', true],
  ['a.B-c_d', true],
  ['1', true],
  ['', false],
  ['-a', false],
  ['a_', false],
  ['a b', false],
  ['é', false],
  ['a\n', false],
])('isValidName(%j): %s', (name, valid) => {
  expect(isValidName(name)).toBe(valid)
})

test('property: it is what PEP 503 has as a regular expression, and does not change its own answer', () => {
  const names = fc.string({ unit: fc.constantFrom('a', 'B', '0', '-', '_', '.', 'É') })
  fc.assert(
    fc.property(names, name => {
      expect(canonicalizeName(name)).toBe(name.replace(/[-_.]+/g, '-').toLowerCase())
      expect(canonicalizeName(canonicalizeName(name))).toBe(canonicalizeName(name))
      expect(isValidName(name)).toBe(/^([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])$/i.test(name))
    }),
  )
})
