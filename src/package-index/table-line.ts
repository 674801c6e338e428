import { fileNameIn } from './file-link.ts'
import type { IndexFile } from './project-page.ts'

/** What a line holds besides its usual fields; text of any kind. */
interface Oddities {
  readonly filename?: string
  readonly hashes?: IndexFile['hashes']
  readonly uploadTime?: string
}

/** One line of ASCII: URL, SHA-256, size, upload time, SHA-256 of the metadata, and what does not fit into these. */
export function lineOf({ filename, url, hashes, size, uploadTime = '', metadataSha256 = '' }: IndexFile): string {
  const sha256 = onlySha256(hashes)
  const plainTime = /^[!-~]*$/.test(uploadTime)
  const isUsual = sha256 !== undefined && plainTime && fileNameIn(url) === filename
  const rest = isUsual
    ? ''
    : writtenOut({
        filename,
        ...(sha256 === undefined ? { hashes } : {}),
        ...(plainTime ? {} : { uploadTime }),
      })
  return `${url}\t${sha256 ?? ''}\t${size ?? ''}\t${plainTime ? uploadTime : ''}\t${metadataSha256}\t${rest}\n`
}

export function fileOf(
  line: string,
  { requiresPython, ...flags }: { requiresPython: string | undefined } & Pick<IndexFile, 'yanked' | 'metadataOffered'>,
): IndexFile {
  const [url = '', sha256, size, plainTime, metadataSha256, rest] = line.slice(0, -1).split('\t')
  const odd = rest ? readOut(rest) : {}
  const uploadTime = odd.uploadTime ?? plainTime
  return {
    filename: odd.filename ?? fileNameIn(url),
    url,
    hashes: odd.hashes ?? (sha256 ? { sha256 } : {}),
    ...(size ? { size: Number(size) } : {}),
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...flags,
    ...(uploadTime ? { uploadTime } : {}),
    ...(metadataSha256 ? { metadataSha256 } : {}),
  }
}

function writtenOut(odd: Oddities): string {
  return encodeURIComponent(JSON.stringify(odd))
}

function readOut(text: string): Oddities {
  return JSON.parse(decodeURIComponent(text))
}

/** The digest where it is the only one, empty where there is none. */
function onlySha256(hashes: IndexFile['hashes']): string | undefined {
  let found = ''
  for (const algorithm in hashes) {
    if (algorithm !== 'sha256') return undefined
    found = hashes[algorithm]!
  }
  return found
}
