import { delimiter, isAbsolute, resolve } from 'node:path'

type Variables = Readonly<Record<string, string | undefined>>

/** Variables that name a place. One in a repository, or one that is not whole, is left out: what lies there is a stranger's. */
const places = new Set([
  ...['HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'NETRC'],
  ...['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'],
  ...['PIP_CACHE_DIR', 'PIP_CONFIG_FILE'],
  ...['UV_CACHE_DIR', 'UV_CONFIG_FILE', 'UV_CREDENTIALS_DIR', 'UV_PYTHON_INSTALL_DIR'],
])

/** Lists of places. Python may need its libraries where the loader does not look by itself. */
const lists = new Set(['PATH', 'LD_LIBRARY_PATH', 'XDG_CONFIG_DIRS'])

/** Certificates, which run nothing; torchpin takes them from wherever they are as well. */
const certificates = new Set([
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'],
  ...['PIP_CERT', 'PIP_CLIENT_CERT', 'SSL_CLIENT_CERT'],
])

/** What the system and the network need, and what says which indexes are asked, and how. */
const plain = new Set([
  ...['USER', 'LOGNAME', 'USERNAME', 'LANG', 'LANGUAGE', 'TZ'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'HOMEDRIVE', 'HOMEPATH'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'REQUEST_METHOD'],
  ...['PIP_INDEX_URL', 'PIP_PYPI_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_NO_INDEX', 'PIP_FIND_LINKS', 'PIP_TRUSTED_HOST'],
  ...['PIP_PROXY', 'PIP_RETRIES', 'PIP_TIMEOUT', 'PIP_DEFAULT_TIMEOUT', 'PIP_KEYRING_PROVIDER', 'PIP_NO_CACHE_DIR'],
  ...['UV_INDEX', 'UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL', 'UV_FIND_LINKS', 'UV_INSECURE_HOST'],
  ...['UV_HTTP_TIMEOUT', 'UV_REQUEST_TIMEOUT', 'UV_HTTP_RETRIES', 'UV_KEYRING_PROVIDER', 'UV_NO_CACHE', 'UV_OFFLINE'],
  ...['UV_NATIVE_TLS', 'UV_SYSTEM_CERTS', 'UV_NO_CONFIG'],
])

/** Families of them: locales, the credentials of the indexes that uv knows by name. */
const families = /^(?:LC_|UV_INDEX_)/

/** What decides the code that Python and its installers load. No file may ask to have it back. */
const steering = /^(?:PYTHON|PIP_|UV_|LD_|DYLD_|CONDA|VIRTUAL_ENV$)/

/** What an environment is made of. */
export interface NeutralVariables {
  readonly variables: Variables
  /** Variables that the requirements files name, which their readers expand. */
  readonly named: ReadonlySet<string>
  /** Where relative certificates start. */
  readonly cwd: string
  /** For what the programs put down for the time of their work. */
  readonly temporary: string
  /** Whether a whole path is of no repository. */
  isOutside(path: string): Promise<boolean>
}

export interface NeutralEnvironment {
  readonly environment: Variables
  /** Names of variables that would be passed on, had they not led into a repository, or to nowhere in particular. */
  readonly leftOut: readonly string[]
}

/**
 * The environment of an installer: what it needs to ask the same indexes as the user's own, and nothing that would bring in
 * code or settings of the repository, or that is a secret of something else. Anything that is not listed stays behind.
 */
export async function neutralEnvironment({
  variables,
  named,
  cwd,
  temporary,
  isOutside,
}: NeutralVariables): Promise<NeutralEnvironment> {
  const isTrusted = async (path: string) => isAbsolute(path) && (await isOutside(path))
  const leftOut: string[] = []
  const kept = async (name: string, value: string): Promise<string | undefined> => {
    const known = standardName(name)
    if (certificates.has(known)) return resolve(cwd, value)
    if (plain.has(known) || families.test(known)) return value
    if (lists.has(known)) {
      const paths = value.split(delimiter)
      const trusted = await Promise.all(paths.map(isTrusted))
      return paths.filter((_, i) => trusted[i]).join(delimiter) || undefined
    }
    if (!places.has(known)) return named.has(name) && !steering.test(name) ? value : undefined
    if (isNullDevice(value) || (await isTrusted(value))) return value
    leftOut.push(name)
    return undefined
  }
  const environment: Record<string, string> = {}
  for (const [name, value = ''] of Object.entries(variables)) {
    const passed = value === '' ? undefined : await kept(name, value)
    if (passed !== undefined) environment[name] = passed
  }
  return {
    environment: {
      ...environment,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      // Nothing is installed, so an environment that the system manages need not refuse (PEP 668).
      PIP_BREAK_SYSTEM_PACKAGES: '1',
    },
    leftOut,
  }
}

/** The name of a variable as the lists above have it: Windows writes Path, and curl reads http_proxy. */
export function standardName(name: string): string {
  return process.platform === 'win32' || /^[a-z]+_proxy$/.test(name) ? name.toUpperCase() : name
}

/** As the value of PIP_CONFIG_FILE it says that there are no settings. */
function isNullDevice(path: string): boolean {
  return path.toLowerCase() === 'nul'
}
