import { access } from 'node:fs/promises'
import { join } from 'node:path'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Says to uv which settings count: those of the user, else those of the system. By itself it would read uv.toml and
 * pyproject.toml of all folders above the current one, too. UV_CONFIG_FILE goes before all flags.
 *
 * @param environment a neutral one (see `neutralEnvironment`), so without a home that lies in a repository
 */
export async function uvSettings(environment: Variables): Promise<string[]> {
  const { UV_CONFIG_FILE: named, UV_NO_CONFIG: none = 'no' } = environment
  if (named) return []
  if (!/^(?:n|no|f|false|off|0)$/i.test(none)) return ['--no-config']
  for (const folder of folders(environment)) {
    const path = join(folder, 'uv', 'uv.toml')
    if (await exists(path)) return ['--config-file', path]
  }
  return ['--no-config']
}

function folders(environment: Variables): string[] {
  const { APPDATA, PROGRAMDATA, XDG_CONFIG_HOME, XDG_CONFIG_DIRS = '/etc/xdg', HOME } = environment
  if (process.platform === 'win32') return [APPDATA, PROGRAMDATA].flatMap(folder => folder ?? [])
  const own = XDG_CONFIG_HOME ?? (HOME === undefined ? undefined : join(HOME, '.config'))
  return [...(own === undefined ? [] : [own]), ...XDG_CONFIG_DIRS.split(':'), '/etc']
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
