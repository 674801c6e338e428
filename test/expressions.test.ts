import { expect, test } from 'vitest'
import { measure, textOf } from '../scripts/expressions/measure.ts'
import { worstCases } from '../scripts/expressions/worst-cases.ts'

/** What `npm run expressions` holds every expression of src/ against; those that take it seconds are in expressions.slow.test.ts. */
test.each([
  ['exponential', '"(?:\\\\.|[^"])*"', 'g'],
  ['linear', '^\\s*a', ''],
  ['linear', '^(?:a|b)*$', ''],
  ['linear', '\\b[a-z][a-z0-9.-]{0,30}:', 'g'],
  ['linear', '^[^=]+=[^=]+$', ''],
])('%s: %s', (growth, source, flags) => {
  expect(measure(source, flags).growth).toBe(growth)
})

test('what costs an expression most repeats what its loop takes, before something that it does not take', () => {
  expect(worstCases('\\s+$', '').map(worst => textOf(worst, 3))).toContain('   \0')
})
