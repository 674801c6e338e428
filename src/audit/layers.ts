import type { LayerResult, Weight } from '../contract/results/audit.ts'
import { withoutSecrets } from '../text/secrets.ts'
import type { Image } from './image.ts'
import { type Holding, type Inventory, takeInventory } from './inventory.ts'
import { type File, type Folder, filesBelow } from './tree.ts'

/** Files for accelerators that a layer brings and a later one removes. */
export interface Deleted {
  /** 1-based, the lowest first. */
  readonly layer: number
  readonly holdings: readonly Holding[]
}

/** What the layers of an image bring, and which of it ships though a later layer removes it. */
export interface LayersFound {
  readonly layers: readonly LayerResult[]
  readonly deleted: readonly Deleted[]
  /** All that the layers bring. */
  readonly shipped: Weight
  /** Of these bytes, what only an accelerator needs. */
  readonly accelerator: number
}

/**
 * Looks each layer through by itself, since what it deletes from those below it still ships with them.
 *
 * @param tree what all layers make
 * @param inventory of that tree
 */
export function lookThrough({ layers }: Image, tree: Folder, inventory: Inventory): LayersFound {
  const held = new Set<File>(inventory.holdings.map(({ file }) => file))
  const inventories = layers.map(({ layer }) => takeInventory(layer.tree).holdings)
  // A file counts if any RECORD lists it: that of a layer may do so, and that of the final tree no longer.
  const everyHolding = new Set<File>([...held, ...inventories.flatMap(holdings => holdings.map(({ file }) => file))])
  const left = inventories.some(holdings => holdings.some(({ file }) => !held.has(file)))
    ? new Set(filesBelow(tree))
    : undefined
  const results = layers.map(({ digest, createdBy, compressed, layer }) => ({
    digest,
    // Commands name indexes, and those may have passwords in them.
    createdBy: withoutSecrets(createdBy),
    bytes: layer.bytes,
    compressed,
    accelerator: weightIn(layer.tree, everyHolding),
  }))
  return {
    layers: results,
    deleted: inventories.flatMap((holdings, i) => {
      const gone = holdings.filter(({ file }) => !held.has(file) && !left?.has(file))
      return gone.length > 0 ? [{ layer: i + 1, holdings: gone }] : []
    }),
    shipped: {
      files: layers.reduce((files, { layer }) => files + layer.files, 0),
      bytes: layers.reduce((bytes, { layer }) => bytes + layer.bytes, 0),
    },
    accelerator: results.reduce((bytes, { accelerator }) => bytes + accelerator, 0),
  }
}

/** Bytes of those files that a layer brings. */
function weightIn(layer: Folder, files: ReadonlySet<File>): number {
  if (files.size === 0) return 0
  let bytes = 0
  for (const file of filesBelow(layer)) if (files.has(file)) bytes += file.size
  return bytes
}
