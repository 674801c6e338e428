import fc from 'fast-check'
import type { RewriteResult } from '../../src/contract/results/rewrite.ts'
import { anyCode, savingsOf, side } from './sample.ts'

/** Text as an index or a file might hold it, at its worst. */
export const foreign = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '`',
      '``',
      '|',
      '\\',
      '\n',
      '\r',
      '\u001b[2J',
      '\u009b',
      '\u202e',
      '::',
      '%0A',
      ',',
      ':',
      '大',
      '🔥',
      '@',
      '<b>',
      '\u2028',
    ),
    fc.string({ minLength: 1, maxLength: 4 }),
  ),
  maxLength: 12,
})

const line = fc.integer({ min: 1, max: 9 })
const someSide = fc
  .record({
    version: foreign,
    bytes: fc.option(fc.tuple(fc.nat(4e9), fc.nat(4e9)), { freq: 9 }),
    exact: fc.boolean(),
  })
  .map(({ version, bytes, exact }) => side(version, bytes?.[0] ?? null, bytes?.[1] ?? null, exact && bytes !== null))

const someSavings = fc
  .array(fc.record({ name: foreign, before: fc.option(someSide), after: fc.option(someSide) }), { maxLength: 25 })
  .map(savingsOf)

/** Any result, with foreign text wherever text may be foreign. */
export const arbitraryResult: fc.Arbitrary<RewriteResult> = fc.record({
  schema: fc.constant(1 as const),
  version: fc.constant('1.2.3'),
  target: fc.constant({ python: ['3.11'], platforms: ['linux-x86_64'], source: 'Dockerfile:1' }),
  index: fc.record({
    url: fc.webUrl(),
    origin: fc.constantFrom('live' as const, 'cache' as const, 'snapshot' as const),
  }),
  files: fc.array(
    fc.record({
      path: foreign,
      changed: fc.boolean(),
      diff: foreign,
      changes: fc.array(
        fc.record({
          action: fc.constantFrom('pin' as const, 'remove' as const),
          line,
          name: foreign,
          from: foreign,
          to: foreign,
          reason: foreign,
        }),
        { maxLength: 3 },
      ),
      diagnostics: fc.array(
        fc.record(
          {
            code: foreign.map(anyCode),
            level: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
            line,
            column: line,
            message: foreign,
            hint: foreign,
          },
          { requiredKeys: ['code', 'level', 'line', 'message'] },
        ),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
  savings: fc.option(someSavings),
  units: fc.array(
    fc.record({
      files: fc.array(foreign, { minLength: 1, maxLength: 3 }),
      target: fc.constant({ python: ['3.11'], platforms: ['linux-x86_64'], source: 'Dockerfile:1' }),
      savings: fc.option(someSavings),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})
