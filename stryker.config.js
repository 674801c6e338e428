// Mutation testing, of one room or some of its files:  ROOM=packaging npm run mutate  ROOM=torch FILE='{traps,family}' npm run mutate
// Where the tests of a room stand elsewhere:  ROOM=formats/requirements TESTS='test/requirements/*.test.ts' npm run mutate
// Stryker is heavy and needs Node 22, so it is no dependency: the script fetches it, and leaves package.json as it is.

const { ROOM = 'packaging', FILE = '**/*' } = process.env

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  mutate: [`src/${ROOM}/${FILE}.ts`],
  // What stands outside of every function is asked with all tests each time, and says little: tables.
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 1500,
  timeoutFactor: 1,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  ignorePatterns: ['dist', 'bench', 'reports'],
}
