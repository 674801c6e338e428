import type { Change } from '../contract/results/rewrite.ts'
import type { Lock, LockedPackage } from '../locks/lock.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'

/** What changes in a lock, package by package, in the order of the lock as it was. */
export function lockChanges(before: Lock, after: Lock): Change[] {
  const [were, are] = [byName(before), byName(after)]
  const names = [...new Set([...were.keys(), ...are.keys()])]
  return names
    .flatMap((name): Change[] => {
      const [from, to] = [written(were.get(name)), written(are.get(name))]
      if (from === to) return []
      const line = were.get(name)?.[0]?.line ?? 1
      return [{ action: actionOf(from, to), line, name, from, to, reason: reasonOf(name, from, to) }]
    })
    .toSorted((a, b) => a.line - b.line)
}

function byName({ packages }: Lock): Map<string, LockedPackage[]> {
  const found = new Map<string, LockedPackage[]>()
  // Folders of the repository have no release.
  for (const entry of packages.filter(({ source }) => source.kind !== 'project'))
    found.set(entry.name, [...(found.get(entry.name) ?? []), entry])
  return found
}

/** `torch==2.13.0, torch==2.13.0+cpu`, each once however often it is locked; empty where it is not. */
function written(entries: readonly LockedPackage[] = []): string {
  return [...new Set(entries.map(({ name, version }) => `${name}==${version}`))].toSorted().join(', ')
}

function actionOf(from: string, to: string): Change['action'] {
  if (from === '') return 'add'
  return to === '' ? 'remove' : 'switch'
}

function reasonOf(name: string, from: string, to: string): string {
  if (torchFamily.has(name)) return 'CPU build'
  if (to === '') return cudaOnly.has(name) ? 'only CUDA builds need it' : 'nothing needs it any more'
  return from === '' ? 'the CPU build needs it' : 'it goes with the CPU build'
}
