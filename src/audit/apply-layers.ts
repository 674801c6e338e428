import { emptyFolder, type File, type Folder, find, type HardLink } from './tree.ts'

/**
 * The tree that layers make, the lowest first (OCI image specification, "Applying changesets"): a layer takes away from those below
 * before it adds, whatever the order in its archive. The layers stay as they are, and the files of the tree are theirs.
 */
export function applyLayers(layers: readonly Folder[]): Folder {
  const tree = emptyFolder()
  for (const layer of layers) {
    const linked = new Map<HardLink, File>()
    for (const link of hardLinks(layer)) {
      const file = find(tree, link.target)
      if (file?.kind === 'file') linked.set(link, file)
    }
    put(tree, layer, linked)
  }
  return tree
}

function put(below: Folder, layer: Folder, linked: ReadonlyMap<HardLink, File>): void {
  if (layer.opaque) below.children.clear()
  for (const name of layer.removed ?? []) below.children.delete(name)
  for (const [name, node] of layer.children) {
    if (node.kind === 'folder') {
      const there = below.children.get(name)
      const folder = there?.kind === 'folder' ? there : emptyFolder()
      if (there !== folder) below.children.set(name, folder)
      put(folder, node, linked)
    } else if (node.kind === 'hard-link') {
      const file = linked.get(node)
      if (!file) continue
      file.links++
      below.children.set(name, file)
    } else below.children.set(name, node)
  }
}

/** The names in a layer for files of the layers below. */
function* hardLinks(folder: Folder): Generator<HardLink> {
  for (const node of folder.children.values()) {
    if (node.kind === 'hard-link') yield node
    if (node.kind === 'folder') yield* hardLinks(node)
  }
}
