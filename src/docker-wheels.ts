import type { WheelPythons } from './docker/facts.ts'
import { publicVersion } from './packaging/version.ts'
import { parseWheelFilename } from './packaging/wheel.ts'
import { snapshotIndex } from './snapshot/snapshot-index.ts'
import { torchFamily } from './torch/family.ts'

/**
 * For which minor versions of Python the releases of the torch family have wheels for Linux, by the snapshot of the index
 * of CPU builds. A release that it does not know may be newer than the snapshot: nothing is said of it.
 */
export async function loadWheelPythons(): Promise<WheelPythons> {
  const index = snapshotIndex('cpu')
  const known = new Map<string, Map<string, Set<string>>>()
  for (const project of torchFamily) {
    const page = await index.project(project)
    const releases = new Map<string, Set<string>>()
    for (const { filename } of page?.files ?? []) {
      const wheel = parseWheelFilename(filename)
      if (!wheel?.platforms.some(platform => /linux.*x86_64|^any$/.test(platform))) continue
      const key = publicVersion(wheel.version).text
      const pythons = releases.get(key) ?? new Set()
      for (const python of pythonsOf(wheel.pythons, wheel.abis)) pythons.add(python)
      releases.set(key, pythons)
    }
    known.set(project, releases)
  }
  return (project, release) => {
    const pythons = known.get(project)?.get(release)
    return pythons?.has('any') ? undefined : pythons && [...pythons].sort(byMinor)
  }
}

function pythonsOf(tags: readonly string[], abis: readonly string[]): string[] {
  // Free-threaded builds (cp313t) are none of an ordinary Python's.
  if (abis.some(abi => /^cp\d+t$/.test(abi))) return []
  return tags.map(tag => {
    const minor = /^cp3(\d+)$/.exec(tag)?.[1]
    return minor === undefined || abis.includes('abi3') ? 'any' : `3.${minor}`
  })
}

function byMinor(a: string, b: string): number {
  return Number(a.slice(2)) - Number(b.slice(2))
}
