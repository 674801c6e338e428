import { isPlainFilename, resolveFileLink } from './file-link.ts'
import { unreadablePage } from './network-trouble.ts'
import type { IndexFile } from './project-page.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a project page in JSON (PEP 691, 700, 714). Null stands for absent; names that are no file names are left out.
 *
 * @param pageUrl where the page was found in the end; relative links start there
 * @throws TorchpinError INDEX_UNREADABLE where the text is no JSON or not of the standard's shape
 */
export function parseSimpleJson(body: string, pageUrl: string): IndexFile[] {
  const wrong = (problem: string, cause?: unknown) => unreadablePage(pageUrl, problem, cause)
  let page: unknown
  try {
    page = JSON.parse(body)
  } catch (error) {
    throw wrong('it is not JSON', error)
  }
  if (!isFields(page)) throw wrong('it is not a JSON object')
  const version = isFields(page['meta']) ? page['meta']['api-version'] : undefined
  if (typeof version === 'string' && !/^1(\.|$)/.test(version))
    throw wrong(`it has version ${JSON.stringify(version.slice(0, 20))} of the format, and only version 1 is known`)
  const { files } = page
  if (!Array.isArray(files)) throw wrong('it has no list named "files"')
  const found: IndexFile[] = []
  for (let i = 0; i < files.length; i++) {
    const read = fileOf(files[i], pageUrl, problem => wrong(`files[${i}]${problem}`))
    if (read) found.push(read)
    // Large pages would be held twice over.
    files[i] = undefined
  }
  return found
}

function fileOf(file: unknown, pageUrl: string, wrong: (problem: string) => Error): IndexFile | undefined {
  if (!isFields(file)) throw wrong(' is not an object')
  const filename = textIn(file, 'filename', wrong)
  const href = textIn(file, 'url', wrong)
  if (filename === undefined) throw wrong('.filename is missing')
  if (href === undefined) throw wrong('.url is missing')
  const link = resolveFileLink(href, pageUrl)
  if (!link || !(filename === link.filename || isPlainFilename(filename))) return undefined

  const size = file['size'] ?? undefined
  if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0))
    throw wrong('.size is not a number of bytes')
  const requiresPython = textIn(file, 'requires-python', wrong)
  const uploadTime = textIn(file, 'upload-time', wrong)
  const metadata = file['core-metadata'] ?? file['dist-info-metadata'] ?? false
  const metadataSha256 = isFields(metadata) ? hashesOf(metadata, () => wrong('.core-metadata'))['sha256'] : undefined
  const hashes = hashesOf(file['hashes'] ?? {}, () => wrong('.hashes is not an object of texts'))
  for (const algorithm in link.hashes) hashes[algorithm] = link.hashes[algorithm]!
  // Built piece by piece, for spreading takes longer than all the rest, ten thousand times.
  const read: { -readonly [Field in keyof IndexFile]: IndexFile[Field] } = {
    filename,
    url: link.url,
    hashes,
    // False, true, or the reason, which may be empty (PEP 691).
    yanked: typeof file['yanked'] === 'string' || file['yanked'] === true,
    metadataOffered: metadata !== false,
  }
  if (size !== undefined) read.size = size as number
  if (requiresPython) read.requiresPython = requiresPython
  if (uploadTime) read.uploadTime = uploadTime
  if (metadataSha256) read.metadataSha256 = metadataSha256
  return read
}

function textIn(file: Fields, field: string, wrong: (problem: string) => Error): string | undefined {
  const value = file[field] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw wrong(`.${field} is not text`)
  return value
}

function hashesOf(value: unknown, wrong: () => Error): Record<string, string> {
  if (!isFields(value)) throw wrong()
  const hashes: Record<string, string> = {}
  for (const algorithm of Object.keys(value)) {
    const digest = value[algorithm]
    if (typeof digest !== 'string') throw wrong()
    if (/^[0-9a-f]+$/i.test(digest)) hashes[algorithm.toLowerCase()] = digest.toLowerCase()
  }
  return hashes
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
