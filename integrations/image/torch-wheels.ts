import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { snapshotIndex } from '../../src/package-index/snapshot/snapshot-index.ts'
import { compareVersions, type Version } from '../../src/packaging/version.ts'
import { parseWheelFilename } from '../../src/packaging/wheel.ts'
import { type DescribedFile, describedFiles } from '../../test/loopback/described-pages.ts'
import { packWheel } from '../../test/loopback/wheel.ts'

/** A CPU build of torch that can be installed: bytes, or the path of a real one. */
export interface OfferedWheel extends DescribedFile {
  readonly content: Buffer | string
}

/** Releases of which there are small wheels. */
const RELEASES = 3

/**
 * Small wheels of the newest CPU builds that the snapshot knows, for each Python and platform: they need what the real ones
 * need, and import as torch, which can say its release and that it has no CUDA.
 */
export async function smallWheels(): Promise<OfferedWheel[]> {
  const described = [...((await describedFiles(snapshotIndex('cpu'), 'torch')) ?? [])].flatMap(([filename, file]) => {
    const version = parseWheelFilename(filename)?.version
    return version ? { version, filename, file } : []
  })
  const releases = described.map(({ version }) => version).sort((a, b) => compareVersions(b, a))
  const newest = [...new Set(releases.map(withoutLabel))].slice(0, RELEASES)
  return described
    .filter(({ version }) => newest.includes(withoutLabel(version)))
    .map(({ version, filename, file }) => small(version.text, filename, file.metadata ?? ''))
}

const withoutLabel = ({ text }: Version): string => text.replace(/\+.*$/, '')

function small(version: string, filename: string, metadata: string): OfferedWheel {
  const stem = `torch-${version}`
  const tag = filename.slice(stem.length + 1, -'.whl'.length)
  const { bytes, sha256 } = packWheel(stem, tag, {
    'torch/__init__.py': 'from . import version\nfrom .version import __version__\n',
    'torch/version.py': `from typing import Optional\n\n__version__ = '${version}'\ncuda: Optional[str] = None\nhip: Optional[str] = None\n`,
    [`${stem}.dist-info/METADATA`]: metadata,
    [`${stem}.dist-info/WHEEL`]: `Wheel-Version: 1.0\nGenerator: torchpin\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
  })
  return { file: { filename, hashes: { sha256 }, size: bytes.length }, metadata, content: bytes }
}

/**
 * The real CPU build of torch for a Python in a folder of wheels, with what the snapshot says that it needs. Undefined: there
 * is none.
 */
export async function realWheel(folder: string | undefined, python: string): Promise<OfferedWheel | undefined> {
  if (folder === undefined || !existsSync(folder)) return undefined
  const tag = `cp${python.replace('.', '')}`
  const name = readdirSync(folder).find(
    file => file.startsWith('torch-') && file.includes(`+cpu-${tag}-${tag}-`) && file.endsWith('x86_64.whl'),
  )
  const described = name && (await describedFiles(snapshotIndex('cpu'), 'torch'))?.get(name)
  if (!name || !described) return undefined
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(folder, name)), hash)
  const file = { filename: name, hashes: { sha256: hash.digest('hex') } }
  return { file, metadata: described.metadata, content: join(folder, name) }
}
