const usual = [
  'main',
  'app',
  'server',
  'streamlit_app',
  'api',
  'asgi',
  'wsgi',
  'application',
  'web',
  'run',
  'start',
  'home',
  'bot',
  'worker',
  'cli',
  '__main__',
]

/** Where a file stands among the usual names; behind all of them for another one. */
function usualName(path: string): number {
  const name = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.py$/, '')
    .toLowerCase()
  const at = usual.indexOf(name)
  return at < 0 ? usual.length : at
}

/** Whether a file has a name that applications usually have. */
export function hasUsualName(path: string): boolean {
  return usualName(path) < usual.length
}

/** Less is better: a usual name, near the top. */
export function scoreOf(path: string): number {
  const depth = path.replace(/^src\//, '').split('/').length - 1
  return depth * 4 + (hasUsualName(path) ? usualName(path) / 10 : 3)
}
