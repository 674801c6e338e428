import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What pip's configuration says about indexes and connections. */
export interface PipConfig {
  readonly indexUrl?: string
  readonly extraIndexUrls: readonly string[]
  readonly findLinks: readonly string[]
  readonly noIndex: boolean
  readonly cert?: string
  readonly proxy?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads pip's configuration as pip does: global, user and site files, the file of PIP_CONFIG_FILE, then the environment on top. */
export function readPipConfig(environment: Environment): PipConfig {
  const values = new Map<string, string>()
  for (const path of configFiles(environment)) {
    const sections = readSections(path)
    // What is said for `pip install` beats what is said for all commands of the same file.
    for (const section of ['global', 'install'])
      for (const [key, value] of sections.get(section) ?? []) values.set(key, value)
  }
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('PIP_') && value) values.set(name.slice(4).toLowerCase().replaceAll('_', '-'), value)
  }
  const list = (key: string): string[] => (values.get(key) ?? '').split(/\s+/).filter(Boolean)
  const [indexUrl, cert, proxy] = [values.get('index-url'), values.get('cert'), values.get('proxy')]
  return {
    ...(indexUrl ? { indexUrl } : {}),
    extraIndexUrls: list('extra-index-url'),
    findLinks: list('find-links'),
    noIndex: /^(?:1|y|yes|t|true|on)$/i.test(values.get('no-index') ?? ''),
    ...(cert ? { cert } : {}),
    ...(proxy ? { proxy } : {}),
  }
}

function configFiles(environment: Environment): string[] {
  const home = environment['HOME'] || homedir()
  const own = environment['PIP_CONFIG_FILE']
  if (own === '/dev/null' || own?.toLowerCase() === 'nul') return []
  const site = environment['VIRTUAL_ENV']
  const named = [
    ...(site ? [join(site, process.platform === 'win32' ? 'pip.ini' : 'pip.conf')] : []),
    ...(own ? [own] : []),
  ]
  if (process.platform === 'win32') {
    const [all, user] = [environment['PROGRAMDATA'], environment['APPDATA']]
    return [
      ...(all ? [join(all, 'pip', 'pip.ini')] : []),
      join(home, 'pip', 'pip.ini'),
      ...(user ? [join(user, 'pip', 'pip.ini')] : []),
      ...named,
    ]
  }
  const shared = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg')
    .split(':')
    .map(folder => join(folder, 'pip', 'pip.conf'))
  const global =
    process.platform === 'darwin' ? ['/Library/Application Support/pip/pip.conf'] : [...shared, '/etc/pip.conf']
  const mac = process.platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []
  return [
    ...global,
    join(home, '.pip', 'pip.conf'),
    ...mac,
    join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip', 'pip.conf'),
    ...named,
  ]
}

/** Sections of an ini file by the rules of Python's configparser: `=` or `:`, an indented line goes on with the value above. */
function readSections(path: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return sections
  }
  let section: Map<string, string> | undefined
  let key: string | undefined
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^\s*[#;]/.test(line) || line.trim() === '') continue
    const header = /^\[([^\]]+)\]/.exec(line)
    if (header) {
      section = sections.get(header[1]!) ?? new Map()
      sections.set(header[1]!, section)
      key = undefined
    } else if (/^\s/.test(line) && section && key) section.set(key, `${section.get(key)}\n${line.trim()}`)
    else {
      const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line)
      key = pair?.[1]?.toLowerCase().replaceAll('_', '-')
      if (section && key) section.set(key, pair![2]!.trim())
    }
  }
  return sections
}
