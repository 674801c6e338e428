/** A user name and a password for one host. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Takes the credentials out of a URL. */
export function splitCredentials(url: string): { readonly url: string; readonly credentials?: Credentials } {
  // Where there are any, an @ ends them.
  if (!url.includes('@') || !URL.canParse(url)) return { url }
  const parsed = new URL(url)
  if (!parsed.username && !parsed.password) return { url }
  const credentials = { username: decoded(parsed.username), password: decoded(parsed.password) }
  parsed.username = ''
  parsed.password = ''
  return { url: parsed.href, credentials }
}

/** The value of an `Authorization` header (RFC 7617). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Credentials that some URLs carried, for other URLs of the same origin. */
export interface Keyring {
  /** Notes the credentials of a URL, and gives the URL without them. */
  take(url: string): string
  /** What was noted for the origin of a URL: of several, that whose URL has the longest path in common, as in pip. */
  find(url: URL): Credentials | undefined
}

/** A keyring with nothing on it. */
export function createKeyring(): Keyring {
  const keys = new Map<string, { readonly at: URL; readonly credentials: Credentials }>()
  return {
    take(given) {
      const { url, credentials } = splitCredentials(given)
      if (credentials) keys.set(url, { at: new URL(url), credentials })
      return url
    },
    find(url) {
      let best: { readonly length: number; readonly credentials: Credentials } | undefined
      for (const { at, credentials } of keys.values()) {
        if (at.origin !== url.origin) continue
        const length = sharedPath(at.pathname, url.pathname)
        if (!best || length >= best.length) best = { length, credentials }
      }
      return best?.credentials
    },
  }
}

function sharedPath(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  const differs = left.findIndex((segment, i) => segment !== right[i])
  return differs < 0 ? left.length : differs
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
