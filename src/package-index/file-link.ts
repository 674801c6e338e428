/** A link to a file, resolved and taken apart. */
export interface FileLink {
  readonly filename: string
  /** Absolute, without fragment. */
  readonly url: string
  readonly hashes: Readonly<Record<string, string>>
}

/** Digests that pip takes from a fragment (PEP 503). */
const fragmentHash = /[#&](sha512|sha384|sha256|sha224|sha1|md5)=([0-9a-f]+)(?=&|$)/i

/** A link that is written as `URL` would write it. Pages hold ten thousand, and parsing is most of the work. */
const plain = /^https:\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}\/[\w.%/-]+(?:#[\w=&-]*)?$/
/** What `URL` might still write in another form: dot segments, and hosts in Punycode. */
const special = /\/(?:\.|%2e)|xn--/i

/**
 * Resolves a link of an index page. The name of the file is the last segment of the path, percent signs decoded, as
 * pip and uv read it; the text of the anchor is not looked at.
 *
 * @returns undefined for what is no link to a file: folders, other schemes, and local files named by a remote page
 */
export function resolveFileLink(href: string, base: string): FileLink | undefined {
  if (plain.test(href) && !special.test(href)) {
    const hash = href.indexOf('#')
    return hash < 0 ? linkOf(href, href, '') : linkOf(href.slice(0, hash), href.slice(0, hash), href.slice(hash))
  }
  const url = parsed(href.trim(), base)
  if (!url || !['https:', 'http:', 'file:'].includes(url.protocol)) return undefined
  if (url.protocol === 'file:' && !(base.startsWith('file:') && isPlainFileUrl(url))) return undefined
  // To S3 a plus sign in a path is a space; written %2B every host understands it.
  if (url.pathname.includes('+')) url.pathname = url.pathname.replaceAll('+', '%2B')
  const hash = url.hash
  url.hash = ''
  return linkOf(url.href, url.pathname, hash)
}

/** A URL of another machine, or with a slash in the name of a folder, leads to no file here. */
function isPlainFileUrl({ host, pathname }: URL): boolean {
  const windows = process.platform === 'win32'
  return (host === '' || windows) && !(windows ? /%(?:2f|5c|00)/i : /%(?:2f|00)/i).test(pathname)
}

function linkOf(url: string, path: string, fragment: string): FileLink | undefined {
  const filename = fileNameIn(path)
  if (!isPlainFilename(filename)) return undefined
  const found = fragment === '' ? null : fragmentHash.exec(fragment)
  return { filename, url, hashes: found ? { [found[1]!.toLowerCase()]: found[2]!.toLowerCase() } : {} }
}

/** What file systems take for a name, in bytes. */
const longestName = 255

/** The last segment of a path, or of a URL without query and fragment, percent signs decoded. */
export function fileNameIn(path: string): string {
  return decoded(path.slice(path.lastIndexOf('/') + 1))
}

/** Whether a name can be that of a file in a folder and nothing else. */
export function isPlainFilename(name: string): boolean {
  return name !== '' && name.length <= longestName && name !== '.' && name !== '..' && !/[/\\\0-\x1f\x7f]/.test(name)
}

function parsed(href: string, base: string): URL | undefined {
  try {
    return new URL(href, base)
  } catch {
    return undefined
  }
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
