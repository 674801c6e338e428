/** A link to a file, resolved and taken apart. */
export interface FileLink {
  readonly filename: string
  /** Absolute, without fragment. */
  readonly url: string
  readonly hashes: Readonly<Record<string, string>>
}

/** Digests that pip takes from a fragment (PEP 503). */
const fragmentHash = /[#&](sha512|sha384|sha256|sha224|sha1|md5)=([0-9a-f]+)(?=&|$)/i

/**
 * Resolves a link of an index page. The name of the file is the last segment of the path, percent signs decoded, as
 * pip and uv read it; the text of the anchor is not looked at.
 *
 * @returns undefined for what is no link to a file: folders, other schemes, and local files named by a remote page
 */
export function resolveFileLink(href: string, base: string): FileLink | undefined {
  const trimmed = href.trim()
  if (!URL.canParse(trimmed, base)) return undefined
  const url = new URL(trimmed, base)
  if (!['https:', 'http:', 'file:'].includes(url.protocol)) return undefined
  if (url.protocol === 'file:' && !base.startsWith('file:')) return undefined
  const found = fragmentHash.exec(url.hash)
  url.hash = ''
  // To S3 a plus sign in a path is a space; written %2B every host understands it.
  url.pathname = url.pathname.replaceAll('+', '%2B')
  const filename = decoded(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
  if (!isPlainFilename(filename)) return undefined
  return { filename, url: url.href, hashes: found ? { [found[1]!.toLowerCase()]: found[2]!.toLowerCase() } : {} }
}

/** Whether a name can be that of a file in a folder and nothing else. */
export function isPlainFilename(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0-\x1f\x7f]/.test(name)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
