import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { killAt } from './loopback/kills.ts'

const bin = resolve(import.meta.dirname, '../bin/torchpin.js')

// A few moments of many; scripts/kill-test.ts has 200.
test('a run that is killed leaves each file old or new, and the next one leaves no draft', async () => {
  for await (const { old, made, half, leftovers, next } of killAt(bin, 4, 30)) {
    expect(half).toEqual([])
    expect(old + made).toBe(30)
    expect(leftovers).toEqual([])
    expect(next).toEqual({ code: 0, made: 30 })
  }
})
