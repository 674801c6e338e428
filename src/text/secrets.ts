/**
 * A text without the users and passwords of the URLs in it. A variable (`${TOKEN}@`) is no secret and stays: it is what
 * the file says.
 */
export function withoutSecrets(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/?#]+)@/gi, (whole, scheme: string, user: string) =>
    /^\$\{\w+\}(?::\$\{\w+\})?$/.test(user) ? whole : `${scheme}****@`,
  )
}
