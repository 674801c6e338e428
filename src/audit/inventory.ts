import type { DistributionResult } from '../contract/results/audit.ts'
import { cudaOnly } from '../torch/family.ts'
import { type Distribution, distributionsIn } from './distributions.ts'
import { type Accelerator, acceleratorOf, toolkitFolder } from './libraries.ts'
import { type File, type Folder, walk } from './tree.ts'

/** A file that only an accelerator needs. */
export interface Holding {
  readonly path: string
  readonly file: File
  readonly accelerator: Accelerator
  readonly owner: Distribution | undefined
  /** The toolkit it is part of: `usr/local/cuda-13.0`. */
  readonly toolkit: string | undefined
}

/** A torch, with the path of its package. */
export interface FoundTorch extends TorchBuild {
  readonly path: string
  readonly owner: Distribution | undefined
}

/** What a tree has of packages and of accelerators. */
export interface Inventory {
  readonly distributions: readonly Distribution[]
  /** Each file once. */
  readonly holdings: readonly Holding[]
  readonly torch: readonly FoundTorch[]
}

/**
 * Looks a tree through: which packages are in it, which files are libraries of CUDA or ROCm, belong to a package that serves GPUs
 * alone or to a toolkit, and what each torch says it was built for.
 */
export function takeInventory(tree: Folder): Inventory {
  const distributions = distributionsIn(tree)
  const owners = new Map<File, Distribution>()
  for (const distribution of distributions) for (const file of distribution.files) owners.set(file, distribution)
  const holdings: Holding[] = []
  const torch: FoundTorch[] = []
  const seen = new Set<File>()
  for (const { path, node } of walk(tree)) {
    if (node.kind !== 'file') continue
    const owner = owners.get(node)
    if (node.text !== undefined && /(?:^|\/)torch\/version\.py$/.test(path)) {
      const build = readTorchVersion(node.text)
      if (build) torch.push({ ...build, path: path.slice(0, -'/version.py'.length), owner })
    }
    const toolkit = toolkitFolder(path)
    const accelerator = acceleratorOf(path.slice(path.lastIndexOf('/') + 1)) ?? ownersPurpose(owner, toolkit)
    if (!accelerator || seen.has(node)) continue
    seen.add(node)
    holdings.push({ path, file: node, accelerator, owner, toolkit })
  }
  return { distributions, holdings, torch }
}

/** Every file of a package or a toolkit that is there for GPUs alone counts, libraries or not. */
function ownersPurpose(owner: Distribution | undefined, toolkit: string | undefined): Accelerator | undefined {
  if (owner && cudaOnly.has(owner.project))
    return /rocm/.test(owner.project) ? 'ROCm' : /triton/.test(owner.project) ? 'triton' : 'CUDA'
  if (toolkit) return toolkit.startsWith('opt/rocm') ? 'ROCm' : 'CUDA'
  return undefined
}

/** Bytes of files. */
export function bytesOf(holdings: readonly Pick<Holding, 'file'>[]): number {
  return holdings.reduce((sum, { file }) => sum + file.size, 0)
}

/** The distributions with what they weigh, the heaviest first. */
export function weighed({ distributions, holdings }: Inventory): DistributionResult[] {
  const held = new Map<Distribution, number>()
  for (const { owner, file } of holdings) if (owner) held.set(owner, (held.get(owner) ?? 0) + file.size)
  return distributions
    .map(distribution => ({
      name: distribution.name,
      version: distribution.version,
      path: distribution.path,
      files: distribution.files.size,
      bytes: [...distribution.files].reduce((sum, { size }) => sum + size, 0),
      accelerator: held.get(distribution) ?? 0,
    }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
}

/** What a torch says of its own build. */
export interface TorchBuild {
  readonly version: string
  /** `13.0`, or null of a build without CUDA. */
  readonly cuda: string | null
  readonly hip: string | null
}

/**
 * Reads `torch/version.py`, which every build writes: `cuda: Optional[str] = '13.0'`, older ones `cuda = '11.7'`. It says more
 * than the version's local label, which builds on the public index, for macOS and of conda do not have.
 *
 * @returns undefined where it is another file of that name
 */
export function readTorchVersion(source: string): TorchBuild | undefined {
  const value = (name: string): string | null | undefined => {
    const [, text] = new RegExp(`^${name}\\s*(?::[^=\\n]*)?=\\s*(None|'[^'\\n]*'|"[^"\\n]*")`, 'm').exec(source) ?? []
    return text === undefined ? undefined : text === 'None' ? null : text.slice(1, -1)
  }
  const version = value('__version__')
  if (!version) return undefined
  // Before the file named CUDA it had the version alone; `''` has been seen for no CUDA.
  return { version, cuda: value('cuda') || null, hip: value('hip') || null }
}
