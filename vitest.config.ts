import { readFileSync } from 'node:fs'
import { globSync } from 'tinyglobby'
import { defineConfig } from 'vitest/config'

/** Tests that replace a module of Node, or measure the memory of their process. */
const alone = ['test/files/write-failure.test.ts', 'test/audit/zstd.test.ts']

/** Tests that measure time, kill runs, or start real installers: `npm run test:slow`. */
const slow = 'test/**/*.slow.test.ts'

/** Tests that do a part of what they can in `npm test`, and all of it in `npm run test:slow`. */
const full = globSync('test/**/*.test.ts').filter(file => readFileSync(file, 'utf8').includes("/full.ts'"))

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
          exclude: [...alone, slow],
          isolate: false,
          globalSetup: ['test/build.ts', 'test/memory-disk.ts'],
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'slow',
          include: [slow, ...full],
          // Far more than any of them takes on a machine with much else to do: it ends what hangs.
          testTimeout: 300_000,
          env: { TORCHPIN_TESTS: 'full' },
          globalSetup: 'test/build.ts',
        },
      },
    ],
  },
})
