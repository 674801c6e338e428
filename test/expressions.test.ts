import { expect, test } from 'vitest'
import { measure } from '../scripts/expressions/measure.ts'

/** What `npm run lint` holds every expression of src/ against has to tell these apart. */
test.each([
  ['exponential', '^(a+)+$', ''],
  ['exponential', '^(?:a|a)*$', ''],
  ['exponential', '^(?:\\w+\\s?)*$', ''],
  ['polynomial', '\\s+$', ''],
  ['polynomial', '^a*a*b$', ''],
  ['polynomial', '^\\s*a?\\s*b$', ''],
  ['exponential', '"(?:\\\\.|[^"])*"', 'g'],
  ['polynomial', '\\b[a-z][a-z0-9.-]*:', 'g'],
  ['polynomial', '^x[^y]*y', 'gm'],
  ['linear', '^\\s*a', ''],
  ['polynomial', '[^\\s]+\\s', 'g'],
  ['linear', '^(?:a|b)*$', ''],
  ['linear', '\\b[a-z][a-z0-9.-]{0,30}:', 'g'],
  ['linear', '^[^=]+=[^=]+$', ''],
])('%s: %s', (growth, source, flags) => {
  expect(measure(source, flags).growth).toBe(growth)
})
