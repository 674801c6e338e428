import { DEFAULT_CPU_INDEX_URL } from '../../options.ts'
import type { CpuArguments } from './dockerfile.ts'
import type { Install } from './install.ts'
import { newestTorch, type TorchRelease } from './python-version.ts'

/**
 * What keeps CUDA builds out of an installation that does not do so by itself. The index alone is not enough: pip takes the
 * newest release of all indexes, and the public one is often ahead. torch at a release that only the CPU index has decides it,
 * and with it what is built for that release.
 */
export function cpuArguments(
  { tool, from, requirements, needs: { torch, torchReleases } }: Install,
  releases: readonly TorchRelease[],
  python: string,
): CpuArguments {
  const nothing = { options: [], pins: [] }
  if (torch.state !== 'open') return { ...nothing, proved: torch.state === 'cpu' }
  if (tool === 'uv' && from === 'requirements') return { ...nothing, proved: true }
  // A pin beside hashed lines would need a hash too.
  if (tool !== 'pip' || (requirements?.hashed && torch.unpinned)) return { ...nothing, proved: false }
  const release = torch.unpinned ? newestTorch(releases, torchReleases, python) : undefined
  return {
    options: [`--extra-index-url ${DEFAULT_CPU_INDEX_URL}`],
    pins: release ? [`torch==${release.version.text}`] : [],
    proved: true,
  }
}
