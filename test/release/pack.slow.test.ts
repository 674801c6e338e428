import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

test('npm packs the command, the library, its facts and schemas, and nothing of the workshop', () => {
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(said) as [{ files: readonly { readonly path: string }[] }]
  const groups = new Set(
    files.map(({ path }) => path.replace(/^(dist\/types)\/.*|^(dist|schema|snapshot|bin)\/.*/, '$1$2')),
  )
  groups.delete('dist/types') // Only a build with declarations has them; check-package.ts uses them.
  expect([...groups].sort()).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'schema', 'snapshot'].sort(),
  )
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['bin/torchpin.js', 'dist/start.cjs', 'dist/index.js', 'dist/THIRD_PARTY_LICENCES.txt']),
  )
  expect(files.some(({ path }) => path === 'dist/action.js')).toBe(false)
})
