import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { withoutAnswer } from '../contract/errors.ts'
import { stat } from '../files/machine/files.ts'
import { readRegular, streamRegular, UnfitFile } from '../files/regular-file.ts'
import { parseCoreMetadata } from '../packaging/metadata.ts'
import { inMiB } from '../text/bytes.ts'
import { once } from '../text/memo.ts'
import { redactUrl } from '../text/secrets.ts'
import { localSource, remoteSource } from './byte-source.ts'
import type { Http } from './http.ts'
import type { FileSizes, IndexFile, PackageIndex } from './project-page.ts'
import { openRemoteWheel, type RemoteWheel } from './remote-zip.ts'
import { readSdistMetadata } from './sdist-metadata.ts'
import { UnreadableArchive } from './zip-directory.ts'

const largestMetadata = 16 * 2 ** 20

/**
 * What can be known about files without fetching them: core metadata from `<url>.metadata` (PEP 658), else from the end of
 * the wheel, else from what a source distribution says of itself; sizes from the index, else from the directory of the wheel. A file never changes, so what was found is kept for good.
 *
 * `metadata` throws TorchpinError INDEX_UNREACHABLE. `sizes` leaves out what cannot be had.
 */
export function fileFacts(http: Http): Pick<PackageIndex, 'metadata' | 'sizes'> {
  const opened = once(keyOf, file => open(file, http))
  return {
    metadata: once(keyOf, async file => {
      const key = `metadata ${keyOf(file)}`
      const known = await http.store.get(key)
      const text = known?.toString() ?? ((await offeredMetadata(file, http)) || (await ownMetadata(file, http, opened)))
      if (text === undefined) return undefined
      if (!known) await http.store.put(key, text)
      // A source distribution without metadata is not read again.
      return text === '' ? undefined : parseCoreMetadata(text)
    }),
    sizes: once(keyOf, async file => {
      const { size, installedSize } = file
      if (size !== undefined && installedSize !== undefined)
        return { download: size, installed: installedSize, exact: true }
      const key = `sizes and source ${keyOf(file)}`
      const known = await http.store.get(key)
      if (known) return JSON.parse(known.toString()) as FileSizes
      // A missing size is not an error.
      const sizes = await measured(file, http, opened).catch(withoutAnswer)
      const found = { ...(size === undefined ? {} : { download: size }), ...sizes, exact: true }
      if (sizes) await http.store.put(key, JSON.stringify(found))
      return found
    }),
  }
}

/**
 * What a file is known by: its address, and its digest where the index gives one. Not the digest alone, which an index
 * can state of any file.
 */
function keyOf({ url, hashes, size }: IndexFile): string {
  return [url, hashes['sha256'] ?? '', size ?? ''].join(' ')
}

/** @returns undefined where the index has no such file */
async function offeredMetadata(file: IndexFile, http: Http): Promise<string | undefined> {
  if (!file.metadataOffered) return undefined
  const address = new URL(file.url)
  address.pathname += '.metadata'
  const bytes = file.url.startsWith('file:')
    ? await readRegular(fileURLToPath(address), largestMetadata).catch(() => undefined)
    : await fetched(address.href, http)
  // Where it is not what the index announced, the wheel's own is the truth.
  if (!bytes || (file.metadataSha256 && createHash('sha256').update(bytes).digest('hex') !== file.metadataSha256))
    return undefined
  return bytes.toString('utf8')
}

async function fetched(url: string, http: Http): Promise<Buffer | undefined> {
  const { status, complete, body } = await http.getBytes(url, { maxBytes: largestMetadata })
  if (status === 200 && !complete)
    http.onNotice(`${redactUrl(url)} is longer than ${inMiB(largestMetadata)}; the wheel itself is asked`)
  return status === 200 && complete ? body : undefined
}

async function ownMetadata(
  file: IndexFile,
  http: Http,
  opened: (file: IndexFile) => Promise<RemoteWheel | undefined>,
): Promise<string | undefined> {
  try {
    if (file.filename.endsWith('.whl')) return await wheelMetadata(await opened(file))
    if (/\.(tar\.gz|tgz)$/.test(file.filename)) return await sdistMetadata(file, http)
  } catch (error) {
    if (!(error instanceof UnreadableArchive)) throw error
    http.onNotice(`${redactUrl(file.url)} cannot be read as a wheel: ${error.message}; what it needs is not known`)
  }
  return undefined
}

/** @throws UnreadableArchive where it has none: every wheel has one (PEP 427) */
async function wheelMetadata(wheel: RemoteWheel | undefined): Promise<string> {
  if (!wheel) throw new UnreadableArchive('it cannot be had')
  const text = await wheel.metadata()
  if (text === undefined) throw new UnreadableArchive('it has no METADATA of its own')
  return text
}

function open({ url, filename, size }: IndexFile, http: Http): Promise<RemoteWheel | undefined> {
  return openRemoteWheel(filename, url.startsWith('file:') ? localSource(url) : remoteSource(url, http, size))
}

async function sdistMetadata({ url }: IndexFile, http: Http): Promise<string | undefined> {
  if (url.startsWith('file:')) return localSdistMetadata(fileURLToPath(url))
  return http.read(url, async ({ status, chunks }) => (status === 200 ? readSdistMetadata(chunks) : undefined))
}

/** An archive that is not there, or is no file, says nothing. */
async function localSdistMetadata(path: string): Promise<string | undefined> {
  try {
    return await readSdistMetadata(streamRegular(path))
  } catch (error) {
    if (error instanceof UnfitFile) return undefined
    throw error
  }
}

/** @returns undefined if there is none */
async function measured(
  file: IndexFile,
  http: Http,
  opened: (file: IndexFile) => Promise<RemoteWheel | undefined>,
): Promise<Partial<FileSizes> | undefined> {
  if (file.filename.endsWith('.whl')) {
    const wheel = await opened(file).catch(unreadable)
    const installed = await wheel?.installedSize().catch(unreadable)
    if (wheel && installed !== undefined) return { download: wheel.size, installed, source: await wheel.source() }
  }
  if (file.size !== undefined) return undefined
  if (file.url.startsWith('file:')) {
    const found = await stat(fileURLToPath(file.url)).catch(() => undefined)
    return found && { download: found.size }
  }
  const { status, headers } = await http.head(file.url)
  const length = Number(headers['content-length'] ?? Number.NaN)
  return status === 200 && Number.isSafeInteger(length) ? { download: length } : undefined
}

function unreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableArchive)) throw error
}
