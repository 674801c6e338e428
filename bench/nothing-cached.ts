import { mkdtempSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Run, timed } from './contest.ts'
import { serveCpuIndex } from './cpu-index.ts'
import type { Tool } from './tools.ts'
import { serveCountingProxy, type Traffic } from './traffic.ts'

/** What a tool asks of the network for the seed file where nothing is cached. */
export interface Asked extends Traffic {
  /** How many of the bytes down are of the CPU index, on loopback. */
  readonly loopback: number
}

export async function count(tool: Tool): Promise<Asked> {
  const proxy = await serveCountingProxy()
  try {
    const throughProxy = { HTTPS_PROXY: proxy.url, ALL_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }
    const { stderr, loopback } = await once(tool, { ...throughProxy, ...tool.telling })
    const tunnels = [...proxy.bytes().values()]
    return {
      requests: tool.requests(stderr, loopback),
      up: tunnels.reduce((sum, { up }) => sum + up, loopback.up),
      down: tunnels.reduce((sum, { down }) => sum + down, loopback.down),
      loopback: loopback.down,
    }
  } finally {
    await proxy.close()
  }
}

/** One run with an empty cache, beside an index of CPU builds of its own. */
export async function once(tool: Tool, env: NodeJS.ProcessEnv = {}): Promise<Run & { readonly loopback: Traffic }> {
  const index = await serveCpuIndex()
  const cache = mkdtempSync(join(tmpdir(), 'torchpin-bench-'))
  try {
    const run = await timed(tool.command(index, cache), { ...surroundings(), ...env })
    return { ...run, loopback: index.traffic() }
  } finally {
    rmSync(cache, { recursive: true, force: true })
    await index.close()
  }
}

/**
 * The environment, without what would lead to other indexes or through other proxies. Certificates that Node reads whenever it
 * starts are left out too: where there are any they make up most of its start, for a bare one as for torchpin.
 */
export function surroundings(): NodeJS.ProcessEnv {
  const misleading = /^(pip_(find_links|index_url|extra_index_url)|uv_.*|(https?|all|no)_proxy|node_extra_ca_certs)$/i
  const kept = Object.entries(process.env).filter(([name]) => !misleading.test(name))
  return { ...Object.fromEntries(kept), PIP_CONFIG_FILE: devNull }
}
