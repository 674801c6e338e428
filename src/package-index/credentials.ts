import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A URL as it may be shown: without user and password. */
export function redactUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/i, '$1****@')
}

/** A URL without its user and password, and the Authorization header that says the same. */
export function takeCredentials(
  url: string,
  netrc: ReadonlyMap<string, string>,
): { url: string; authorization: string | undefined } {
  const address = new URL(url)
  const { username, password, host, hostname } = address
  address.username = ''
  address.password = ''
  if (username)
    return { url: address.href, authorization: basic(decodeURIComponent(username), decodeURIComponent(password)) }
  return { url: address.href, authorization: netrc.get(host) ?? netrc.get(hostname) }
}

/** Host → Authorization header, from $NETRC or ~/.netrc. A file that is missing or cannot be read has none. */
export function readNetrc(environment: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const path = environment['NETRC'] || join(environment['HOME'] || homedir(), '.netrc')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return new Map()
  }
  const found = new Map<string, string>()
  const words = text.replace(/^\s*#.*$/gm, '').split(/\s+/)
  let host: string | undefined
  let login = ''
  for (let i = 0; i < words.length; i++) {
    if (words[i] === 'machine') host = words[++i]
    else if (words[i] === 'default') host = undefined
    else if (words[i] === 'login') login = words[++i] ?? ''
    else if (words[i] === 'password' && host) found.set(host, basic(login, words[++i] ?? ''))
  }
  return found
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
