import { expect, test } from 'vitest'
import { measure } from '../scripts/expressions/measure.ts'

/** What `npm run expressions` holds every expression of src/ against finds these; what is quick to tell is in expressions.test.ts. */
test.each([
  ['exponential', '^(a+)+$', ''],
  ['exponential', '^(?:a|a)*$', ''],
  ['exponential', '^(?:\\w+\\s?)*$', ''],
  ['polynomial', '\\s+$', ''],
  ['polynomial', '^a*a*b$', ''],
  ['polynomial', '^\\s*a?\\s*b$', ''],
  ['polynomial', '\\b[a-z][a-z0-9.-]*:', 'g'],
  ['polynomial', '^x[^y]*y', 'gm'],
  ['polynomial', '[^\\s]+\\s', 'g'],
])('%s: %s', (growth, source, flags) => {
  expect(measure(source, flags).growth).toBe(growth)
})
