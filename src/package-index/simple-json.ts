import { TorchpinError } from '../errors.ts'
import { redactUrl } from './credentials.ts'
import type { IndexFile } from './project-page.ts'

/** Reads a project page of the simple repository API in JSON (PEP 691, 700). @throws TorchpinError INDEX_UNREADABLE */
export function parseSimpleJson(body: string, pageUrl: string): IndexFile[] {
  const wrong = (what: string, cause?: unknown): never => {
    throw new TorchpinError(
      'INDEX_UNREADABLE',
      `${redactUrl(pageUrl)} answered JSON that is no project page: ${what}`,
      {
        hint: 'check that the URL is that of a package index',
        cause,
      },
    )
  }
  let page: unknown
  try {
    page = JSON.parse(body)
  } catch (error) {
    return wrong('it cannot be parsed', error)
  }
  if (!isObject(page) || !Array.isArray(page['files'])) return wrong('there is no list of files')
  return page['files'].flatMap((file: unknown): IndexFile[] => {
    if (!isObject(file)) return wrong('a file is no object')
    const { filename, url } = file
    if (typeof filename !== 'string' || typeof url !== 'string') return wrong('a file has no name or no URL')
    if (!URL.canParse(url, pageUrl)) return []
    const address = new URL(url, pageUrl)
    address.hash = ''
    const hashes = isObject(file['hashes'])
      ? Object.entries(file['hashes']).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      : []
    const { size } = file
    const requiresPython = file['requires-python']
    const uploadTime = file['upload-time']
    return [
      {
        filename,
        url: address.href,
        hashes: Object.fromEntries(hashes.map(([name, digest]) => [name.toLowerCase(), digest.toLowerCase()])),
        ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
        ...(typeof requiresPython === 'string' && requiresPython ? { requiresPython } : {}),
        ...(typeof uploadTime === 'string' ? { uploadTime } : {}),
        yanked: file['yanked'] === true || typeof file['yanked'] === 'string',
        metadataOffered: truthy(file['core-metadata']) || truthy(file['dist-info-metadata']),
      },
    ]
  })
}

const truthy = (value: unknown): boolean => value === true || isObject(value)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
