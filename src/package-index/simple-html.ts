import { Parser } from 'htmlparser2'
import type { IndexFile } from './project-page.ts'

/**
 * Reads a project page of the simple repository API in HTML (PEP 503, 592, 629, 658, 700), in the dialects of PyPI and
 * of PyTorch's generator: relative and absolute links, `%2B` in links and `+` in texts, hashes present or not.
 *
 * @param pageUrl the address the page was read from, redirects followed; relative links start there
 */
export function parseSimpleHtml(body: string, pageUrl: string): IndexFile[] {
  const files: IndexFile[] = []
  let base = pageUrl
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'base' && attributes['href'] && URL.canParse(attributes['href'], base))
        base = new URL(attributes['href'], base).href
      const file = name === 'a' && attributes['href'] ? fileOf(attributes['href'], base, attributes) : undefined
      if (file) files.push(file)
    },
  })
  parser.end(body)
  return files
}

function fileOf(href: string, base: string, attributes: Readonly<Record<string, string>>): IndexFile | undefined {
  if (!URL.canParse(href.trim(), base)) return undefined
  const url = new URL(href.trim(), base)
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) return undefined
  const fragment = /^#(sha256|sha384|sha512|sha1|md5)=([0-9a-f]+)$/i.exec(url.hash)
  url.hash = ''
  const filename = decoded(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
  if (!filename) return undefined
  const requiresPython = attributes['data-requires-python']
  const uploadTime = attributes['data-upload-time']
  return {
    filename,
    url: url.href,
    hashes: fragment ? { [fragment[1]!.toLowerCase()]: fragment[2]!.toLowerCase() } : {},
    ...(requiresPython ? { requiresPython } : {}),
    ...(uploadTime ? { uploadTime } : {}),
    yanked: attributes['data-yanked'] !== undefined,
    metadataOffered: offers(attributes['data-core-metadata']) || offers(attributes['data-dist-info-metadata']),
  }
}

const offers = (value: string | undefined): boolean => value !== undefined && value !== 'false'

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
