import { ByteReader, Damage, iterated } from '../files/archive/byte-reader.ts'
import { tarEntries } from '../files/archive/tar.ts'
import { unpacked } from '../files/archive/unpack.ts'
import { readEggRequirements } from '../packaging/egg-info.ts'
import { parseCoreMetadata } from '../packaging/metadata.ts'
import { type ProjectNeeds, readPyprojectNeeds } from '../project-files/pyproject-needs.ts'

/** As much of an archive is read, packed and unpacked, before it is given up. */
const packedLimit = 16 * 2 ** 20
const unpackedLimit = 256 * 2 ** 20
const largestMetadata = 4 * 2 ** 20

/** The texts of an archive that state what it needs. None of them is code, and nothing of the archive is run. */
interface Telling {
  pkgInfo?: string
  requires?: string
  pyproject?: string
  /** setuptools has left its folder, which has a requires.txt where there is anything to require. */
  eggInfo?: true
  /** The archive was read to its end, so that what was not found is not there. */
  whole?: true
}

/** Where the texts are: in the one folder at the top (PEP 625), egg-info also in that of the sources. */
const places = {
  pkgInfo: /^(?:\.\/)?[^/]+\/PKG-INFO$/,
  pyproject: /^(?:\.\/)?[^/]+\/pyproject\.toml$/,
  requires: /^(?:\.\/)?[^/]+\/(?:[^/]+\/)?[^/]+\.egg-info\/requires\.txt$/,
} as const
const eggInfo = /^(?:\.\/)?[^/]+\/(?:[^/]+\/)?[^/]+\.egg-info\/[^/]+$/

/**
 * Reads what a source distribution, a `.tar.gz`, says that it needs, while it comes and no further than it has to. In this
 * order: PKG-INFO that a build may not change (PEP 643); `[project]` of pyproject.toml that leaves nothing to the build
 * (PEP 621); what setuptools noted in egg-info; what PKG-INFO lists though a build may change it.
 *
 * @returns core metadata; empty where it says nothing, at least not within the first 16 MiB
 */
export async function readSdistMetadata(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const archive = new ByteReader(iterated(limited(chunks, packedLimit)))
  const contents = await unpacked(archive, 'gzip')
  const found: Telling = {}
  try {
    await collect(contents, found)
  } catch (error) {
    // A damaged archive, or one cut off by the limit, still has what was found before. Errors of the network go to the caller.
    const cut =
      error instanceof Damage || /^(ENOENT|EACCES|EISDIR)$/.test(String((error as NodeJS.ErrnoException).code))
    if (!cut) throw error
  } finally {
    contents.close()
    archive.close()
  }
  return metadataFrom(found)
}

async function collect(contents: ByteReader, found: Telling): Promise<void> {
  let total = 0
  for await (const { path, type, size, body } of tarEntries(contents)) {
    total += size
    if (total > unpackedLimit) return
    if (type !== 'file') continue
    if (eggInfo.test(path)) found.eggInfo = true
    const [place] = Object.entries(places).find(([, pattern]) => pattern.test(path)) ?? []
    if (place === undefined) continue
    if (size > largestMetadata) return
    found[place as keyof typeof places] = (await new ByteReader(body).read(size)).toString('utf8')
    if (place === 'pkgInfo' && isFinal(found.pkgInfo!)) return
  }
  found.whole = true
}

async function metadataFrom({ pkgInfo = '', requires, pyproject, eggInfo, whole }: Telling): Promise<string> {
  if (isFinal(pkgInfo)) return pkgInfo
  const project = pyproject === undefined ? undefined : await readPyprojectNeeds(pyproject)
  if (project) return metadataText(pkgInfo, project)
  if (requires !== undefined) return metadataText(pkgInfo, readEggRequirements(requires))
  if (parseCoreMetadata(pkgInfo).requiresDist.length > 0) return pkgInfo
  return eggInfo && whole ? metadataText(pkgInfo, { requiresDist: [], providesExtra: [] }) : ''
}

/** PKG-INFO is final from version 2.2 on, and only where a build does not change the dependencies (PEP 643). */
function isFinal(pkgInfo: string): boolean {
  const { metadataVersion, dynamic } = parseCoreMetadata(pkgInfo)
  const [major = 0, minor = 0] = metadataVersion.split('.').map(Number)
  const isNew = major > 2 || (major === 2 && minor >= 2)
  return isNew && !dynamic.some(field => ['requires-dist', 'requires-python', 'provides-extra'].includes(field))
}

/** Core metadata with the name, version and Python of PKG-INFO. */
function metadataText(pkgInfo: string, { requiresDist, providesExtra, requiresPython }: ProjectNeeds): string {
  const { name, version, requiresPython: ofPkgInfo } = parseCoreMetadata(pkgInfo)
  const python = requiresPython ?? ofPkgInfo
  const fields = [
    ['Metadata-Version', '2.1'],
    ['Name', name],
    ['Version', version],
    ...(python === undefined ? [] : [['Requires-Python', python]]),
    ...providesExtra.map(extra => ['Provides-Extra', extra]),
    ...requiresDist.map(line => ['Requires-Dist', line]),
  ]
  return fields.map(([field, value]) => `${field}: ${oneLine(value!)}\n`).join('')
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

async function* limited(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limit) return
    yield chunk
  }
}
