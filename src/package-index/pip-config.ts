import { posix, resolve, win32 } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import { type Environment, expandHome, homeOf } from '../files/environment.ts'
import { isWithin, repositoryOf } from '../files/folders.ts'
import { realpath, stat } from '../files/machine/files.ts'
import { namesBeginning, withoutVariable } from '../files/machine/variables.ts'
import { readRegular } from '../files/regular-file.ts'
import { parseConfig, type Sections } from './configparser.ts'

/** What pip's configuration says of indexes and of connections to them. */
export interface PipConfig {
  readonly indexUrl?: string
  readonly extraIndexUrls: readonly string[]
  readonly findLinks: readonly string[]
  readonly noIndex: boolean
  /** `host` or `host:port`: reached without looking at certificates. */
  readonly trustedHosts: readonly string[]
  /** A file or folder of certificate authorities. */
  readonly cert?: string
  readonly proxy?: string
  /** How often is tried again what fails for a passing reason. */
  readonly retries?: number
  /** Seconds. */
  readonly timeout?: number
}

/** Other names that pip has for an option. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['pypi-url', 'index-url'],
  ['default-timeout', 'timeout'],
])

/**
 * Reads pip's configuration as `pip install` does: of the files the later ones win, `[install]` wins over `[global]`, and
 * `PIP_…` variables win over both. An option is replaced as a whole: lists do not add up. Empty values are as if not there.
 *
 * @param files the weakest first; else those that pip looks for
 * @throws TorchpinError FILE_UNREADABLE where pip would refuse a file, BAD_OPTION where it would refuse a value
 */
export async function readPipConfig(environment: Environment, files?: readonly string[]): Promise<PipConfig> {
  const sections = { global: new Map<string, string>(), install: new Map<string, string>() }
  for (const path of files ?? (await pipConfigFiles(environment))) {
    const file = await readSections(path)
    for (const [name, options] of Object.entries(sections))
      for (const [option, value] of file?.get(name) ?? []) options.set(option, value)
  }
  const values = new Map<string, string>()
  const variables = namesBeginning(environment, 'PIP_').flatMap(name => {
    const value = environment[name]
    return value === undefined ? [] : [[optionName(name.slice(4)), value] as const]
  })
  for (const options of [sections.global, sections.install, variables])
    for (const [option, value] of options) if (value) values.set(aliases.get(option) ?? option, value)
  return configOf(values, environment)
}

/** The variables, without a virtual environment that lies in the repository: a pip.conf in there may be a stranger's. */
export async function usersEnvironment(cwd: string, environment: Environment): Promise<Environment> {
  const virtual = environment['VIRTUAL_ENV']
  if (!virtual) return environment
  const real = (path: string) => realpath(path).catch(() => path)
  const isWithinRepository = isWithin(await real(resolve(cwd, virtual)), await repositoryOf(cwd))
  return isWithinRepository ? withoutVariable(environment, 'VIRTUAL_ENV') : environment
}

/**
 * The configuration files that pip looks for, the weakest first: system, user (the old place and the new one), virtual
 * environment, PIP_CONFIG_FILE, which replaces the user's where it exists. That one being the null device switches all off.
 */
export async function pipConfigFiles(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<string[]> {
  const { PIP_CONFIG_FILE: named, VIRTUAL_ENV: virtual } = environment
  const isWindows = platform === 'win32'
  const path = isWindows ? win32 : posix
  if (named === (isWindows ? 'nul' : '/dev/null')) return []
  const base = isWindows ? 'pip.ini' : 'pip.conf'
  const home = homeOf(environment, platform)
  const user =
    named && (await exists(named))
      ? []
      : [path.join(home, isWindows ? 'pip' : '.pip'), await userFolder(environment, platform, home)]
  const site = virtual ? [virtual] : []
  const folders = [...systemFolders(environment, platform), ...user, ...site]
  return [...folders.map(folder => path.join(folder, base)), ...(named ? [named] : [])]
}

function systemFolders(environment: Environment, platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return [win32.join(environment['PROGRAMDATA'] || 'C:\\ProgramData', 'pip')]
  if (platform === 'darwin') return ['/Library/Application Support/pip']
  const shared = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').filter(folder => folder !== '')
  return [...shared.map(folder => posix.join(folder, 'pip')), '/etc']
}

async function userFolder(environment: Environment, platform: NodeJS.Platform, home: string): Promise<string> {
  if (platform === 'win32') return win32.join(environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'pip')
  if (platform === 'darwin') {
    const own = posix.join(home, 'Library/Application Support/pip')
    return (await exists(own)) ? own : posix.join(home, '.config/pip')
  }
  return posix.join(environment['XDG_CONFIG_HOME'] || posix.join(home, '.config'), 'pip')
}

async function readSections(path: string): Promise<Sections | undefined> {
  let text: string
  try {
    text = (await readRegular(path)).toString()
  } catch {
    // Like Python, take a file that cannot be opened for missing.
    return undefined
  }
  return parseConfig(text, optionName, path)
}

/** As pip spells an option, wherever it is named. */
function optionName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '')
}

function configOf(values: ReadonlyMap<string, string>, environment: Environment): PipConfig {
  const list = (option: string) => (values.get(option) ?? '').split(/\s+/).filter(word => word !== '')
  const text = <Key extends string>(key: Key, option: string) => {
    const value = values.get(option)
    return (value === undefined ? {} : { [key]: value }) as { readonly [key in Key]?: string }
  }
  const { cert } = text('cert', 'cert')
  const timeout = values.get('timeout')
  const retries = values.get('retries')
  return {
    ...text('indexUrl', 'index-url'),
    extraIndexUrls: list('extra-index-url'),
    findLinks: list('find-links').map(location => expandHome(location, environment)),
    noIndex: truth('no-index', values.get('no-index')),
    trustedHosts: list('trusted-host'),
    ...(cert === undefined ? {} : { cert: expandHome(cert, environment) }),
    ...text('proxy', 'proxy'),
    ...(retries === undefined ? {} : { retries: times(retries) }),
    ...(timeout === undefined ? {} : { timeout: seconds(timeout) }),
  }
}

function truth(option: string, value: string | undefined): boolean {
  if (value === undefined || /^(n|no|f|false|off|0)$/i.test(value)) return false
  if (/^(y|yes|t|true|on|1)$/i.test(value)) return true
  throw new TorchpinError('BAD_OPTION', `pip's setting ${option} is neither yes nor no: ${value}`)
}

function seconds(value: string): number {
  const number = Number(value)
  if (!(number > 0)) throw new TorchpinError('BAD_OPTION', `pip's setting timeout is no number of seconds: ${value}`)
  return number
}

function times(value: string): number {
  if (!/^\d+$/.test(value.trim()))
    throw new TorchpinError('BAD_OPTION', `pip's setting retries is no number of times: ${value}`)
  return Number(value)
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
