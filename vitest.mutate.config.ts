import { defineConfig } from 'vitest/config'

const { ROOM = 'packaging', TESTS = `test/${ROOM}/**/*.test.ts` } = process.env

// The tests of the room that is mutated: what those of other rooms would notice says nothing of them.
export default defineConfig({
  test: {
    include: TESTS.split(','),
    exclude: ['**/*.slow.test.ts'],
    testTimeout: 60_000,
  },
})
