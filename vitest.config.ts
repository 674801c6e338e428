import { defineConfig } from 'vitest/config'

/** Tests that replace a module of Node, or measure the memory or the time of their process. */
const alone = ['test/requirements/write-failure.test.ts', 'test/audit/zstd.test.ts', 'test/growth.test.ts']

export default defineConfig({
  test: {
    // A snapshot that is missing fails here as it does in CI; `vitest --update` writes it.
    update: 'none',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves one core to itself, which is half of a machine with two.
    maxWorkers: '100%',
    maxConcurrency: 2,
    projects: [
      {
        extends: true,
        // What the files share is pure or reads what ships: loading it once for each worker takes less than half the time.
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          isolate: false,
          globalSetup: 'test/build.ts',
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
