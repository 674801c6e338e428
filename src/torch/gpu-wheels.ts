import { resolveFileLink } from '../package-index/file-link.ts'
import { parseWheelFilename, type WheelName } from '../packaging/wheel.ts'
import { isCpuBuild } from './cpu-build.ts'
import { isAcceleratorLabel, torchFamily } from './family.ts'

/** The wheel that a URL names; undefined where it names something else, or a file of this machine. */
export function wheelAt(url: string): WheelName | undefined {
  if (!/^https?:/i.test(url)) return undefined
  const link = resolveFileLink(url, url)
  return link && parseWheelFilename(link.filename)
}

/** Whether the label of a wheel of the torch family says that it is a build for GPUs. */
export function isLabelledForGpus({ name, version }: WheelName): boolean {
  return torchFamily.has(name) && version.local !== undefined && isAcceleratorLabel(version.local)
}

/**
 * Whether a wheel of the torch family is a build for GPUs if the public index has it: for Linux without a label. Those for
 * Windows and macOS are for CPUs, and elsewhere such a wheel is somebody's own.
 */
export function isForGpusOnPublicIndex({ name, version, filename }: WheelName): boolean {
  return (
    torchFamily.has(name) &&
    version.local === undefined &&
    /linux/.test(filename) &&
    !isCpuBuild(name, version, filename)
  )
}

/** `cu124` in `v0.3.4-cu124`, in `/cu121/torch2.3.0/` and in `+cu12torch2.3cxx11abiFALSE`. */
const gpuLabel = /(?:^|[-_+./])(?:pt\d+)?(cu\d{2,3}|rocm\d[\d.]*)(?=$|[-_+./]|torch|cxx)/i

/** What the URL of another project's wheel says of the accelerator that the wheel is built for. */
export function gpuLabelIn(url: string): string | undefined {
  const wheel = wheelAt(url)
  if (!wheel || torchFamily.has(wheel.name)) return undefined
  return gpuLabel.exec(wheel.version.local ?? '')?.[1] ?? gpuLabel.exec(new URL(url).pathname)?.[1]
}
