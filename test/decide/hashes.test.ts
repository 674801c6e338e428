import { expect, test } from 'vitest'
import { hashesOf } from '../../src/decide/hashes.ts'
import type { Installed } from '../../src/resolve/resolve.ts'
import { chosen } from './given.ts'

const [build] = chosen({ torch: '2.1.0+cpu' }).get('torch')!.builds
const file = { path: 'requirements.txt' }
const other = (filename: string, digest?: string) => ({
  ...build.file,
  filename,
  url: `https://example.org/${filename}`,
  hashes: digest ? { sha256: digest } : {},
})
const withFiles = (...fitting: Installed['fitting']): Installed => ({ ...build, fitting, file: fitting[0]! })

test.each<[id: string, builds: readonly Installed[], hashes: readonly string[]]>([
  ['of every wheel that installs', [withFiles(other('a.whl', 'a'), other('b.whl', 'b'))], ['a', 'b']],
  ['not of sources beside a wheel', [withFiles(other('a.whl', 'a'), other('b.tar.gz', 'b'))], ['a']],
  ['each once', [withFiles(other('a.whl', 'a')), withFiles(other('a.whl', 'a'))], ['a']],
  ['not of another wheel of which it is unknown', [withFiles(other('a.whl', 'a'), other('b.whl'))], ['a']],
])('%s', (_, builds, hashes) => expect(hashesOf(builds, file, new Map())).toEqual(hashes.map(hash => `sha256:${hash}`)))

test('a hash that the index does not give is taken from what was worked out', () => {
  const unknown = withFiles(other('a.whl'))
  expect(hashesOf([unknown], file, new Map([['https://example.org/a.whl', 'c']]))).toEqual(['sha256:c'])
  expect(() => hashesOf([unknown], file, new Map())).toThrow('requirements.txt pins hashes, and that of a.whl')
})
