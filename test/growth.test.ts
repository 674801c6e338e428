import { expect, test } from 'vitest'
import { rows } from './growth/rows.ts'

/** How the time grows is measured in growth.slow.test.ts; here each row shows that it works at all. */

test('each row has an id of its own', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
})

test.each(rows)('$id: a small input is read, or refused in words', async ({ prepare }) => {
  const refusal = await Promise.resolve()
    .then(prepare(8))
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  // These are what bugs throw.
  for (const kind of [TypeError, RangeError, ReferenceError]) expect(refusal).not.toBeInstanceOf(kind)
})
