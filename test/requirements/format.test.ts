import { expect, test } from 'vitest'
import { requirementsFormat } from '../../src/formats/requirements/format.ts'

const context = { path: 'r.txt', variables: { NAME: 'torch' } }

test.each([
  ['requirements.txt', true],
  ['deploy/requirements-dev.in', true],
  ['constraints.txt', true],
  ['poetry.lock', false],
  ['requirements/readme.md', false],
])('whether %s is one', (path, own) => expect(requirementsFormat.matches(path)).toBe(own))

test('reads in the encoding of the file, with the values of variables', () => {
  const { source, statements } = requirementsFormat.read(Buffer.from('\uFEFF-r ${NAME}.txt\n'), context)
  expect(source).toBe('-r ${NAME}.txt\n')
  expect(statements).toMatchObject([{ kind: 'option', options: [{ value: 'torch.txt' }] }])
  expect(() => requirementsFormat.read(Uint8Array.of(0xff), context)).toThrow('r.txt is not UTF-8 throughout')
})
