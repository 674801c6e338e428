/**
 * A text without the users and passwords of the URLs in it. A variable (`${TOKEN}@`) is no secret and stays: it is what
 * the file says.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/?#]+)@/gi, (whole, scheme: string, user: string) =>
    /^\$\{\w+\}(?::\$\{\w+\})?$/.test(user) ? whole : `${scheme}****@`,
  )
}

/**
 * A URL as it may be shown: no user, no password (either may be a token), and no query, where hosts of files put their
 * signatures. Also for what is not a URL quite, such as `https://${TOKEN}@host/`.
 */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1****@').replace(/\?[^#]*/, '?****')
}
