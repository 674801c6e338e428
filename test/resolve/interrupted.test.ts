import { expect, test } from 'vitest'
import { TorchpinError } from '../../src/contract/errors.ts'
import { ProjectProvider } from '../../src/resolve/provider/project-provider.ts'
import { type Provider, solve } from '../../src/resolve/pubgrub/solver.ts'
import { cpuSources } from '../../src/torch/sources.ts'
import { memoryIndex } from './memory-index.ts'
import { linux311 } from './world.ts'

/** A world in which every version asks for another project, and nobody has to be waited for. */
const endless: Provider = {
  count: async () => 1,
  dependencies: async key => [{ key: `p${Number(key.slice(1)) + 1}`, admits: () => true, requirement: key }],
  prefer: () => 0,
}
const root = [{ key: 'p0', admits: () => true, requirement: 'p0' }]

test('a search that never waits for an index lets a signal in', async () => {
  const interruption = new AbortController()
  const index = memoryIndex('memory:', {})
  const world = {
    target: linux311,
    indexes: [],
    lines: [],
    direct: [],
    links: new Map(),
    excludeNewer: undefined,
    signal: interruption.signal,
  }
  const preferences = { oldest: () => false, preferred: () => [], traps: 'ignored' } as const
  const provider = new ProjectProvider(cpuSources(world, index, preferences), linux311)
  const search = solve(root, [], { ...endless, pause: () => provider.pause() })
  // A timer, as a signal, comes only where the event loop has its turn.
  setTimeout(() => interruption.abort(new TorchpinError('INTERRUPTED', 'interrupted')), 1)
  await expect(search).rejects.toMatchObject({ code: 'INTERRUPTED' })
})
