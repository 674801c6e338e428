import { DEFAULT_CPU_INDEX_URL } from '../../contract/options.ts'
import type { PackageIndex } from '../../package-index/project-page.ts'
import type { CpuArguments } from './image.ts'
import type { ImageInstall } from './install.ts'
import { newestTogether } from './linux-releases.ts'

/**
 * The arguments that keep CUDA builds out of an installation. The CPU index alone is not enough: pip takes the newest release of
 * all indexes, and the public one is often ahead. Pins to releases that only the CPU index has decide it.
 */
export async function cpuArguments(
  { tool, from, requirements, needs: { torch, torchVersions } }: ImageInstall,
  cpuIndex: PackageIndex,
  python: string,
): Promise<CpuArguments> {
  const nothing = { options: [], pins: [] }
  if (torch.state !== 'open') return { ...nothing, proved: torch.state === 'cpu' }
  // The backend of uv takes the whole family from the CPU index, pinned or not.
  if (tool === 'uv' && from === 'requirements') return { ...nothing, proved: true }
  // A pin beside hashed lines would need a hash too.
  if (tool !== 'pip' || (requirements?.hashed && torch.loose.size > 0)) return { ...nothing, proved: false }
  const chosen =
    torch.loose.size === 0
      ? new Map()
      : await newestTogether(cpuIndex, new Map([['torch', torchVersions], ...torch.loose]), python)
  return {
    options: [`--extra-index-url ${DEFAULT_CPU_INDEX_URL}`],
    pins: [...chosen].flatMap(([project, version]) =>
      torch.loose.has(project) ? [`${project}==${version.text}`] : [],
    ),
    proved: true,
  }
}
