/**
 * Rebuilds snapshot/cpu.json and snapshot/pypi.json from the live indexes: npm run snapshot
 * With `sources` as its argument it only adds what is missing of the `.py` files.
 * Where an index cannot be reached, its snapshot stays as it is, and that is said.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { TorchpinError } from '../src/contract/errors.ts'
import { DEFAULT_CPU_INDEX_URL, DEFAULT_INDEX_URL } from '../src/contract/options.ts'
import { createHttp } from '../src/package-index/http.ts'
import { liveIndex } from '../src/package-index/live-index.ts'
import { readPipConfig } from '../src/package-index/pip-config.ts'
import type { Snapshot } from '../src/package-index/snapshot/format.ts'
import type { SnapshotKind } from '../src/package-index/snapshot/snapshot-index.ts'
import { collectCpu } from './snapshot/cpu.ts'
import { deriveFrom } from './snapshot/derive.ts'
import { collectPublic } from './snapshot/public.ts'
import { recordingIndex } from './snapshot/recording-index.ts'
import { measuredIn } from './snapshot/release.ts'
import { renderSnapshot } from './snapshot/render.ts'
import { withSources } from './snapshot/sources.ts'

const row =
  'A file is [name, sha256, bytes to download, bytes installed]; null is not known. source: bytes of the .py files in a wheel, those of tests last.'
const derived =
  'Where derived is true, requiresDist is that of the public wheel of the same release, less what CUDA needs.'
const notes = {
  cpu: `Wheels of PyTorch's index of CPU builds, from its pages and the wheels themselves. ${row} ${derived}`,
  pypi: `Releases of the public index that installs of scripts/snapshot/seeds.ts come to, from its pages and the wheels themselves. ${row}`,
}

// By the path of the script, not of its bundle.
const folder = resolve(dirname(process.argv[1]!), '../snapshot')
const today = new Date().toISOString().slice(0, 10)
const http = createHttp({
  cacheDir: join(tmpdir(), 'torchpin-snapshot'),
  offline: false,
  signal: undefined,
  environment: process.env,
  config: await readPipConfig(process.env),
  onNotice: tell,
})
const publicIndex = recordingIndex(liveIndex(DEFAULT_INDEX_URL, http))

if (process.argv[2] !== 'sources') {
  await rebuild('cpu', async before => {
    const projects = await collectCpu(liveIndex(DEFAULT_CPU_INDEX_URL, http), measuredIn(before), tell)
    return { ...before, collected: today, note: notes.cpu, projects }
  })
  await rebuild('cpu', async before => ({ ...before, projects: await deriveFrom(publicIndex, before.projects) }))
  await rebuild('pypi', async before => {
    const projects = await collectPublic(publicIndex, measuredIn(before), tell)
    return { ...before, collected: today, note: notes.pypi, projects }
  })
}
for (const kind of ['cpu', 'pypi'] as const)
  await rebuild(kind, async before => ({ ...before, projects: await withSources(publicIndex, before.projects) }))

async function rebuild(kind: SnapshotKind, change: (before: Snapshot) => Promise<Snapshot>): Promise<void> {
  const file = join(folder, `${kind}.json`)
  try {
    const text = renderSnapshot(await change(JSON.parse(readFileSync(file, 'utf8'))))
    writeFileSync(file, text)
    tell(`snapshot/${kind}.json: ${text.length} bytes`)
  } catch (error) {
    if (!(error instanceof TorchpinError) || error.code !== 'INDEX_UNREACHABLE') throw error
    tell(`snapshot/${kind}.json stays as it is: ${error.message}`)
  }
}

function tell(message: string): void {
  console.error(message)
}
