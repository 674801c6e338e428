import { isUnreachable } from '../../contract/errors.ts'
import type { IndexFile, PackageIndex } from '../project-page.ts'

/**
 * The CPU index where it is the main one (`--index-url …/whl/cpu`), and so answers for every name: it hosts the plain
 * dependencies of torch too. Its own snapshot knows the torch family alone; where the index cannot be asked, the snapshot
 * of the public index stands in for the copies of its projects.
 */
export function cpuMainIndex(cpu: PackageIndex, publicSnapshot: PackageIndex): PackageIndex {
  const fromSnapshot = new WeakSet<IndexFile>()
  const indexOf = (file: IndexFile): PackageIndex => (fromSnapshot.has(file) ? publicSnapshot : cpu)
  return {
    url: cpu.url,
    known: name => cpu.known?.(name),
    async project(name) {
      try {
        return await cpu.project(name)
      } catch (error) {
        if (!isUnreachable(error)) throw error
        const page = await publicSnapshot.project(name)
        if (!page) throw error
        for (const file of page.files) fromSnapshot.add(file)
        return page
      }
    },
    expect: name => cpu.expect?.(name),
    metadata: file => indexOf(file).metadata(file),
    sizes: file => indexOf(file).sizes(file),
  }
}
