import { cudaOnly } from '../torch/family.ts'
import type { Lock, LockedNeed } from './lock.ts'

/**
 * A lock without the packages for CUDA that nothing in it asks for any more, and without what only these asked for. A
 * poetry.lock says of each package when it is installed, so that one would seem to stay when what asked for it is gone;
 * other locks are walked by what asks, and come back as they are.
 */
export function withoutUnasked(lock: Lock): Lock {
  if (lock.kind !== 'poetry.lock' || !lock.packages.some(({ when }) => when)) return lock
  const asking = new Map<string, number>()
  const count = (needs: readonly LockedNeed[], by: 1 | -1) => {
    for (const { name } of needs) asking.set(name, (asking.get(name) ?? 0) + by)
  }
  for (const { needs, extras, groups } of lock.roots)
    for (const list of [needs, ...extras.values(), ...groups.values()]) count(list, 1)
  const needsOf = new Map<string, LockedNeed[]>()
  for (const { name, needs, extras } of lock.packages) {
    const all = [...needs, ...[...extras.values()].flat()]
    needsOf.set(name, [...(needsOf.get(name) ?? []), ...all])
    count(all, 1)
  }
  const gone = new Set<string>()
  const queue = [...needsOf.keys()].filter(name => cudaOnly.has(name))
  for (let i = 0; i < queue.length; i++) {
    const name = queue[i]!
    if (gone.has(name) || (asking.get(name) ?? 0) > 0) continue
    gone.add(name)
    const needs = needsOf.get(name) ?? []
    count(needs, -1)
    queue.push(...needs.map(need => need.name))
  }
  return { ...lock, packages: lock.packages.filter(({ name }) => !gone.has(name)) }
}
