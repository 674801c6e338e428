import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyProject, readRows } from '../../integrations/uv-projects/rows.ts'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { type ProjectIndexes, serveProjectIndexes } from '../loopback/uv-projects.ts'
import { sandbox } from '../sandbox.ts'

/** What is said where uv does not make a lock. A script stands in for uv, and says what uv 0.13.9 says. */
const box = sandbox()
let indexes: ProjectIndexes
beforeAll(async () => {
  indexes = await serveProjectIndexes()
})
afterAll(() => indexes.close())

/** Rewrites a project by a uv that fails with these words. @param version undefined: there is none */
async function lockedBy(
  version: string | undefined,
  words: string,
  more: { builds?: boolean; offline?: boolean } = {},
) {
  const cwd = box.folderWith({})
  copyProject(join(readRows([]).find(({ name }) => name === 'A')!.folder, 'before'), cwd, indexes.placed)
  const bin = box.folderWith({})
  const answer = `#!/bin/sh\ncase "$*" in *--version) echo 'uv ${version}';; *) cat >&2 <<'END'\n${words}\nEND\nexit 1;; esac\n`
  if (version !== undefined) {
    writeFileSync(join(bin, 'uv'), answer)
    chmodSync(join(bin, 'uv'), 0o755)
  }
  const options = {
    cwd,
    cpuIndexUrl: indexes.cpu,
    indexUrl: indexes.main,
    cacheDir: join(box.temporary, 'cache'),
    environment: { ...box.environment, PATH: `${bin}:/usr/bin:/bin` },
    sizes: false,
  }
  if (more.offline) await rewrite(['.'], { ...options, environment: { ...box.environment, PATH: '' } })
  const { result } = await rewrite(['.'], { ...options, ...more })
  const { message, hint } = result.files
    .flatMap(({ diagnostics }) => diagnostics)
    .find(({ code }) => code === 'lock-stale')!
  return { message, hint, changed: result.files.map(({ path, changed }) => [path, changed]) }
}

const unreachable = `Using CPython 3.11.7 interpreter at: /usr/bin/python3
error: Request failed after 3 retries in 9.8s
  cause: Failed to fetch: \`https://cpu.test/whl/cpu/torch/\`
  cause: dns error`
const unbuilt = `Using CPython 3.11.7 interpreter at: /usr/bin/python3
error: No solution found when resolving dependencies
  cause: Because all versions of docopt have no usable wheels and your project depends on docopt, we can conclude that your project's requirements are unsatisfiable.

hint: Wheels are required for \`docopt\` because building from source is disabled for all packages (i.e., with \`--no-build\`)`
const unsolved = `error: No solution found when resolving dependencies
  cause: Because torch was not found in the cache and your project depends on torch, we can conclude that your project's requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled.`

describe.skipIf(process.platform === 'win32')('a lock that uv does not make', () => {
  test.each<[id: string, version: string | undefined, words: string, offline: boolean, reason: string]>([
    ['no uv', undefined, '', false, 'uv is not on the PATH'],
    ['an old one', '0.5.2', '', false, 'uv 0.5.2 is too old'],
    [
      'an index out of reach',
      '0.13.9',
      unreachable,
      false,
      'uv 0.13.9 failed: Request failed after 3 retries in 9.8s: Failed to fetch: `https://cpu.test/whl/cpu/torch/`: dns error',
    ],
    [
      'a build that is not allowed',
      '0.13.9',
      unbuilt,
      false,
      'uv 0.13.9 failed: it would have to build docopt; --allow-builds lets it',
    ],
    [
      'what the cache of uv lacks',
      '0.13.9',
      unsolved,
      true,
      "uv 0.13.9 failed: No solution found when resolving dependencies: Because torch was not found in the cache and your project depends on torch, we can conclude that your project's requirements are unsatisfiable.",
    ],
  ])('%s', async (_, version, words, offline, reason) => {
    const { message, hint, changed } = await lockedBy(version, words, { offline })
    expect(message).toBe(`uv.lock is not updated yet: ${reason}`)
    expect(hint).toMatch(/^run uv lock(?: -P torch\w*==[\d.]+)+$/)
    expect(changed).toEqual([
      ['pyproject.toml', true],
      ['uv.lock', false],
    ])
  })

  test('no solution of an index that was asked is one, in the words of uv', async () => {
    await expect(lockedBy('0.13.9', unsolved)).rejects.toMatchObject({
      code: 'NO_SOLUTION',
      message: expect.stringMatching(/^uv 0\.13\.9 finds no versions that go together:\nerror: No solution found/),
    })
    await expect(lockedBy('0.13.9', unbuilt, { builds: true })).rejects.toMatchObject({ code: 'NO_SOLUTION' })
  })
})
