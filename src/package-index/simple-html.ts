import { Parser } from 'htmlparser2'
import { resolveFileLink } from './file-link.ts'
import { unreadablePage } from './network-trouble.ts'
import type { IndexFile } from './project-page.ts'

/** Tags within tags; the pages of indexes have five. */
const DEEPEST = 500

/**
 * Reads a project page in HTML (PEP 503, 592, 629, 658, 714). Both dialects of PyTorch's index are read: generated pages with
 * root-relative links and without `data-requires-python`, and verbatim copies of the public index's pages.
 *
 * @param pageUrl where the page was found in the end; relative links start there, or at its `<base href>`
 * @throws TorchpinError INDEX_UNREADABLE where the page says that it follows a later version of the standard, or is where one logs in
 */
export function parseSimpleHtml(body: string, pageUrl: string): IndexFile[] {
  const files: IndexFile[] = []
  let base: string | undefined
  let asksForPassword = false
  let depth = 0
  const parser = new Parser({
    onclosetag() {
      depth--
    },
    onopentag(name, attributes) {
      // The parser puts each open tag in front of a list of all that are open.
      if (++depth > DEEPEST) throw unreadablePage(pageUrl, `its tags are nested more than ${DEEPEST} deep`)
      if (name === 'a') {
        const file = fileOf(attributes, base ?? pageUrl)
        if (file) files.push(file)
      } else if (name === 'input' && attributes['type']?.toLowerCase() === 'password') {
        asksForPassword = true
      } else if (
        name === 'base' &&
        base === undefined &&
        attributes['href'] &&
        URL.canParse(attributes['href'], pageUrl)
      ) {
        base = new URL(attributes['href'], pageUrl).href
      } else if (name === 'meta' && attributes['name'] === 'pypi:repository-version') {
        const version = attributes['content'] ?? ''
        if (/^\d+/.test(version) && !/^1(\.|$)/.test(version))
          throw unreadablePage(
            pageUrl,
            `it has version ${version.slice(0, 20)} of the format, and only version 1 is known`,
          )
      }
    },
  })
  parser.end(body)
  if (asksForPassword && !files.some(({ filename }) => /\.(?:whl|zip|gz)$/.test(filename)))
    throw unreadablePage(pageUrl, 'it asks for a password instead')
  return files
}

function fileOf(attributes: Readonly<Record<string, string>>, base: string): IndexFile | undefined {
  const link = attributes['href'] === undefined ? undefined : resolveFileLink(attributes['href'], base)
  if (!link) return undefined
  const requiresPython = attributes['data-requires-python']
  const uploadTime = attributes['data-upload-time']
  const described = attributes['data-core-metadata'] ?? attributes['data-dist-info-metadata'] ?? ''
  const metadataSha256 = /^sha256=([0-9a-f]{64})$/i.exec(described)?.[1]?.toLowerCase()
  return {
    ...link,
    ...(requiresPython ? { requiresPython } : {}),
    // The value is the reason, and may be empty (PEP 592).
    yanked: attributes['data-yanked'] !== undefined,
    ...(uploadTime ? { uploadTime } : {}),
    metadataOffered: described === 'true' || described.includes('='),
    ...(metadataSha256 ? { metadataSha256 } : {}),
  }
}
