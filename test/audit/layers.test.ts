import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyLayers } from '../../src/audit/apply-layers.ts'
import { readLayer } from '../../src/audit/layer.ts'
import { type File, type Folder, walk, weigh } from '../../src/audit/tree.ts'
import { ByteReader, iterated } from '../../src/files/archive/byte-reader.ts'
import { runs } from '../full.ts'
import { file, folder, hardlink, type Member, symlink, tarOf } from './make-tar.ts'

async function layerOf(members: readonly Member[]) {
  async function* bytes() {
    yield tarOf(members)
  }
  return readLayer(new ByteReader(iterated(bytes())))
}

async function treeOf(layers: readonly (readonly Member[])[]): Promise<Folder> {
  return applyLayers((await Promise.all(layers.map(layerOf))).map(({ tree }) => tree))
}

/** Each path with its size, `dir` or `link`. */
function listed(tree: Folder): string[] {
  return [...walk(tree)]
    .map(({ path, node }) => `${path} ${node.kind === 'file' ? node.size : node.kind === 'folder' ? 'dir' : 'link'}`)
    .sort()
}

describe('layers make a tree', () => {
  const base = [folder('a'), file('a/x', 1), file('a/y', 2), folder('a/b'), file('a/b/z', 3), file('top', 4)]
  test.each([
    { id: 'a file is replaced', upper: [file('a/x', 10)], gone: ['a/x 1'], come: ['a/x 10'] },
    { id: 'a whiteout takes a file away', upper: [file('a/.wh.x')], gone: ['a/x 1'], come: [] },
    { id: 'a whiteout takes a folder away', upper: [file('a/.wh.b')], gone: ['a/b dir', 'a/b/z 3'], come: [] },
    { id: 'a whiteout of nothing', upper: [file('a/.wh.nothing')], gone: [], come: [] },
    {
      id: 'a whiteout holds for the layers below only, whatever the order',
      upper: [file('a/x', 9), file('a/.wh.x')],
      gone: ['a/x 1'],
      come: ['a/x 9'],
    },
    {
      id: 'an opaque folder hides all that was below',
      upper: [file('a/n', 7), file('a/.wh..wh..opq')],
      gone: ['a/x 1', 'a/y 2', 'a/b dir', 'a/b/z 3'],
      come: ['a/n 7'],
    },
    {
      id: 'the root can be opaque',
      upper: [file('.wh..wh..opq'), file('n', 7)],
      gone: ['a dir', 'a/x 1', 'a/y 2', 'a/b dir', 'a/b/z 3', 'top 4'],
      come: ['n 7'],
    },
    { id: 'a file where a folder was', upper: [file('a/b', 8)], gone: ['a/b dir', 'a/b/z 3'], come: ['a/b 8'] },
    { id: 'a link where a folder was', upper: [symlink('a/b', 'x')], gone: ['a/b dir', 'a/b/z 3'], come: ['a/b link'] },
    { id: 'a folder where a file was', upper: [file('top/n', 1)], gone: ['top 4'], come: ['top dir', 'top/n 1'] },
    { id: 'a folder again keeps what is in it', upper: [folder('a/b')], gone: [], come: [] },
    {
      id: 'names that begin with ./ or /',
      upper: [file('./a/x', 5), file('/a/y', 6)],
      gone: ['a/x 1', 'a/y 2'],
      come: ['a/x 5', 'a/y 6'],
    },
    { id: 'what AUFS keeps for itself', upper: [file('.wh..wh.plnk/77', 5), file('.wh..wh.aufs')], gone: [], come: [] },
  ])('$id', async ({ upper, gone, come }) => {
    const before = listed(await treeOf([base]))
    expect(listed(await treeOf([base, upper]))).toEqual(
      [...before.filter(line => !gone.includes(line)), ...come].sort(),
    )
  })

  test.each(['.wh.', '.wh..', '.wh...', 'a/.wh.', '.wh.a/x'])(
    'a whiteout that means nothing is told: %s',
    async path => {
      const { tree, illegalWhiteouts } = await layerOf([file(path)])
      expect(illegalWhiteouts).toEqual([path])
      expect(weigh(applyLayers([(await layerOf(base)).tree, tree]))).toEqual({ files: 4, bytes: 10 })
    },
  )

  test('a file of several names counts once, in a layer and across layers', async () => {
    const lower = await layerOf([file('a', 100), hardlink('b', 'a'), hardlink('c', './b')])
    const upper = await layerOf([hardlink('d', '/a'), file('.wh.a'), file('.wh.b')])
    expect([lower.bytes, upper.bytes]).toEqual([100, 0])
    const tree = applyLayers([lower.tree, upper.tree])
    expect(listed(tree)).toEqual(['c 100', 'd 100'])
    expect(weigh(tree)).toEqual({ files: 1, bytes: 100 })
  })

  test('links have no bytes', async () => {
    expect((await layerOf([symlink('a', '/etc/passwd'), symlink('b', '../../..')])).bytes).toBe(0)
  })

  test.each(['../x', 'a/../../x', '/../x', 'a/..'])('a name that leads out of the image is refused: %s', async path => {
    await expect(layerOf([file(path)])).rejects.toMatchObject({ message: `names a file outside of the image: ${path}` })
    await expect(layerOf([file('a'), hardlink('b', path)])).rejects.toMatchObject({ name: 'Damage' })
  })
})

/** What a layer does, as the test makes it up. */
type Step =
  | { readonly do: 'add'; readonly path: string; readonly size: number }
  | { readonly do: 'folder' | 'remove' | 'opaque' | 'soft'; readonly path: string }
  | { readonly do: 'link'; readonly path: string; readonly to: string }

type Inode = { readonly size: number } | 'dir' | 'link' | 'nothing'

/** A file system in memory, from paths to inodes, folders and links, with the layers put on it one after the other. */
function naively(layers: readonly (readonly Step[])[]): Map<string, Inode> {
  let below = new Map<string, Inode>()
  const drop = (files: typeof below, path: string, itself: boolean) => {
    for (const key of [...files.keys()])
      if (key.startsWith(`${path}/`) || (itself && key === path) || (path === '' && !itself)) files.delete(key)
  }
  const put = (files: typeof below, hidden: Set<string>, path: string, what: Inode) => {
    const names = path.split('/')
    for (let i = 1; i < names.length; i++) {
      const above = names.slice(0, i).join('/')
      if (files.get(above) !== 'dir') {
        if (files.has(above)) hidden.add(above)
        files.set(above, 'dir')
      }
    }
    if (what === 'dir') {
      if (files.get(path) !== 'dir') {
        if (files.has(path)) hidden.add(path)
        files.set(path, 'dir')
      }
      return
    }
    drop(files, path, true)
    files.set(path, what)
  }
  for (const steps of layers) {
    const next = new Map(below)
    for (const step of steps) {
      if (step.do === 'remove') drop(next, step.path, true)
      if (step.do === 'opaque') drop(next, step.path, false)
    }
    // A layer is first a tree of its own, in which a later member takes the place of an earlier one.
    const own: typeof below = new Map()
    // Where a folder took the place of something else in it, what the layers below had there went with that.
    const hidden = new Set<string>()
    for (const step of steps) {
      if (step.do === 'add') put(own, hidden, step.path, { size: step.size })
      if (step.do === 'folder') put(own, hidden, step.path, 'dir')
      if (step.do === 'soft') put(own, hidden, step.path, 'link')
      // Where the whiteout or the mark stands there is a folder.
      const place = step.do === 'remove' ? step.path.split('/').slice(0, -1).join('/') : step.path
      if ((step.do === 'remove' || step.do === 'opaque') && place !== '') put(own, hidden, place, 'dir')
      if (step.do === 'link' && step.path !== step.to) {
        const target = own.get(step.to) ?? below.get(step.to)
        // A name for what is not there is none, and takes its place in the layer all the same.
        put(own, hidden, step.path, typeof target === 'object' ? target : 'nothing')
      }
    }
    for (const path of hidden) drop(next, path, false)
    for (const [path, what] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (what === 'dir' && next.get(path) !== 'dir') {
        drop(next, path, true)
        next.set(path, 'dir')
      } else if (what !== 'dir' && what !== 'nothing') {
        drop(next, path, true)
        next.set(path, what)
      }
    }
    below = next
  }
  return below
}

function memberOf(step: Step): Member {
  const split = step.path.lastIndexOf('/') + 1
  switch (step.do) {
    case 'add':
      return file(step.path, step.size)
    case 'folder':
      return folder(step.path)
    case 'soft':
      return symlink(step.path, 'somewhere')
    case 'link':
      return hardlink(step.path, step.to)
    case 'remove':
      return file(`${step.path.slice(0, split)}.wh.${step.path.slice(split)}`)
    case 'opaque':
      return file(step.path === '' ? '.wh..wh..opq' : `${step.path}/.wh..wh..opq`)
  }
}

describe('any layers', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map(names => names.join('/'))
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('add' as const), path, size: fc.integer({ min: 0, max: 2000 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('folder' as const, 'remove' as const, 'soft' as const), path }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('opaque' as const), path: fc.oneof(path, fc.constant('')) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('link' as const), path, to: path }) },
  )
  // A target that the layer itself replaces later, or brings later, is nothing that a tool writes, nor is a further name where
  // it brings something else: what they mean is not defined.
  const layer = fc.array(step, { maxLength: 8 }).filter(steps => {
    const touched = (at: string, by: string) => at === by || at.startsWith(`${by}/`) || by.startsWith(`${at}/`)
    return steps.every(
      (link, i) =>
        link.do !== 'link' ||
        (!touched(link.to, link.path) &&
          steps.every(
            (other, j) =>
              other === link ||
              (!touched(link.path, other.path) &&
                ((other.do === 'add' && other.path === link.to && j < i) || !touched(link.to, other.path))),
          )),
    )
  })

  test('make the tree that a naive file system makes of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(layer, { maxLength: 5 }), async layers => {
        const tree = await treeOf(layers.map(steps => steps.map(memberOf)))
        const expected = naively(layers)
        expect(listed(tree)).toEqual(
          [...expected].map(([at, what]) => `${at} ${typeof what === 'object' ? what.size : what}`).sort(),
        )
        const inodes = new Set([...expected.values()].filter(what => typeof what === 'object'))
        expect(weigh(tree)).toEqual({
          files: inodes.size,
          bytes: [...inodes].reduce((sum, inode) => sum + (inode as Pick<File, 'size'>).size, 0),
        })
      }),
      { numRuns: runs(150, 1000) },
    )
  })
})
