import { expect, test } from 'vitest'
import { parseVersion } from '../../src/packaging/version.ts'
import type { Candidate } from '../../src/resolve/provider/candidates.ts'
import { kinOf } from '../../src/resolve/provider/kin.ts'

/** Of the releases 0 to 9 the needs of some; the others tell nothing. */
async function kin(position: number, needs: Readonly<Record<number, readonly string[]>>) {
  const releases = Array.from({ length: 10 }, (_, i): Candidate => {
    return { version: parseVersion(String(i))!, isPrerelease: false, build: {} as Candidate['build'] }
  })
  const asked: string[] = []
  const found = await kinOf(releases, position, async ({ version: { text } }) => {
    asked.push(text)
    const requiresDist = needs[Number(text)]
    return (
      requiresDist && { name: 'x', version: text, metadataVersion: '2.1', requiresDist, providesExtra: [], dynamic: [] }
    )
  })
  return { as: found?.release.version.text, needs: found?.metadata.requiresDist, asked: asked.join(' ') }
}

test.each([
  { id: 'the nearest', position: 2, needs: { 4: ['a'], 8: ['b'] }, found: { as: '4', needs: ['a'], asked: '3 1 4' } },
  { id: 'the later of two', position: 2, needs: { 1: ['a'], 3: ['b'] }, found: { as: '3', needs: ['b'], asked: '3' } },
  { id: 'not one that is far', position: 0, needs: { 9: ['a'] }, found: { asked: '1 2 3 4' } },
  { id: 'at the end the ones before', position: 9, needs: { 7: [] }, found: { as: '7', needs: [], asked: '8 7' } },
  {
    id: 'names, extras and markers, and no versions',
    position: 0,
    needs: { 1: ['torch>=1.6,<2', 'b[x]==1 ; extra == "y"', 'c @ https://example.org/c.zip', '>= no requirement'] },
    found: { as: '1', needs: ['torch', 'b[x] ; extra == "y"', 'c'], asked: '1' },
  },
])('$id', async ({ position, needs, found }) => {
  expect(await kin(position, needs)).toEqual({ as: undefined, needs: undefined, ...found })
})
