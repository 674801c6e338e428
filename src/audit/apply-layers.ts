import { emptyFolder, type File, type Folder, find, type HardLink, walk } from './tree.ts'

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

function put(tree: Folder, top: Folder, linked: ReadonlyMap<HardLink, File>): void {
  const waiting = [{ below: tree, layer: top }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { below, layer } = next
    if (layer.opaque) below.children.clear()
    for (const name of layer.removed ?? []) below.children.delete(name)
    for (const [name, node] of layer.children) {
      if (node.kind === 'folder') {
        const there = below.children.get(name)
        const folder = there?.kind === 'folder' ? there : emptyFolder()
        if (there !== folder) below.children.set(name, folder)
        waiting.push({ below: folder, layer: node })
      } else if (node.kind === 'hard-link') {
        const file = linked.get(node)
        if (!file) continue
        file.links++
        below.children.set(name, file)
      } else below.children.set(name, node)
    }
  }
}

/** The names in a layer for files of the layers below. */
function* hardLinks(folder: Folder): Generator<HardLink> {
  for (const { node } of walk(folder)) if (node.kind === 'hard-link') yield node
}
