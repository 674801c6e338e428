import { defineConfig } from 'vitest/config'

// The tests of the room that is mutated: what those of other rooms would notice says nothing of them.
export default defineConfig({
  test: {
    include: [`test/${process.env['ROOM']}/**/*.test.ts`],
    exclude: ['**/*.slow.test.ts'],
    testTimeout: 60_000,
  },
})
