import { join } from 'node:path'
import { type Environment, homeOf } from '../files/environment.ts'
import { readRegular } from '../files/regular-file.ts'
import type { Credentials } from './credentials.ts'

/** Credentials by host name; `default` is for hosts that are not named. */
export interface Netrc {
  readonly machines: ReadonlyMap<string, Credentials>
  readonly default?: Credentials
}

/**
 * Reads a netrc file: `machine`, `login`, `user`, `account`, `password`, `default` and `macdef`, whose body ends with an
 * empty line. Comments are whole lines or begin where an entry could. The first entry of a host counts.
 */
export function parseNetrc(text: string): Netrc {
  const machines = new Map<string, Credentials>()
  let fallback: Credentials | undefined
  const words = wordsOf(text)
  for (let i = 0; i < words.length; ) {
    const word = words[i++]
    if (word !== 'machine' && word !== 'default') continue
    const host = word === 'machine' ? words[i++] : undefined
    const entry = { username: '', password: '' }
    for (; words[i] !== undefined && !['machine', 'default'].includes(words[i]!); i += 2) {
      const value = words[i + 1] ?? ''
      if (words[i] === 'login' || words[i] === 'user') entry.username = value
      else if (words[i] === 'password') entry.password = value
    }
    if (word === 'default') fallback ??= entry
    else if (host !== undefined && !machines.has(host.toLowerCase())) machines.set(host.toLowerCase(), entry)
  }
  return { machines, ...(fallback ? { default: fallback } : {}) }
}

/** The netrc file that NETRC names, else `.netrc` or `_netrc` of the home folder, as requests looks for it; empty where there is none. */
export async function readNetrc(environment: Environment): Promise<Netrc> {
  const home = homeOf(environment)
  const paths = environment['NETRC'] ? [environment['NETRC']] : [join(home, '.netrc'), join(home, '_netrc')]
  for (const path of paths) {
    try {
      return parseNetrc((await readRegular(path)).toString())
    } catch {
      // As in pip, a file that cannot be read is no file.
    }
  }
  return { machines: new Map() }
}

function wordsOf(text: string): string[] {
  const words: string[] = []
  let inMacro = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (inMacro || /^\s*#/.test(line)) {
      inMacro &&= line.trim() !== ''
      continue
    }
    const found = [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(
      ([, quoted, plain]) => plain ?? quoted!.replace(/\\(.)/g, '$1'),
    )
    const macro = found.indexOf('macdef')
    inMacro = macro >= 0
    for (const word of inMacro ? found.slice(0, macro) : found) words.push(word)
  }
  return words
}
