/** Who may make a setting, besides its flag. */
export interface Setting {
  /** What a repository may say, in torchpin.toml or `[tool.torchpin]` of pyproject.toml. Its author may be a stranger. */
  readonly repository: 'anything' | 'a web address' | 'a folder in it' | 'nothing'
  /** Why a repository may not say anything it likes; part of a sentence. */
  readonly because?: string
}

const anything: Setting = { repository: 'anything' }
const anIndex: Setting = { repository: 'a web address', because: 'it is asked, with what the user keeps for its host' }
const oneRun: Setting = { repository: 'nothing', because: 'it is asked of one run, and decides what that writes' }

/**
 * Every setting there is, by the name of its flag without dashes. What starts a program, writes outside of the repository
 * or reads what is not on the web is not for the repository to ask; a flag without a row here is not either.
 */
export const settings: Readonly<Record<string, Setting>> = {
  accept: anything,
  against: { repository: 'nothing', because: 'it starts the git of this machine' },
  all: anything,
  'allow-builds': { repository: 'nothing', because: 'it runs code of packages' },
  apart: anything,
  base: anything,
  'cache-dir': { repository: 'nothing', because: 'it is written to, wherever it is' },
  color: anything,
  context: { repository: 'a folder in it', because: 'docker check --fix writes the .dockerignore there' },
  'cpu-index-url': anIndex,
  'diff-only': oneRun,
  'dry-run': oneRun,
  'entry-point': anything,
  exclude: anything,
  'exclude-newer': anything,
  // Without it files may name every variable: it can only take away.
  expand: anything,
  extra: anything,
  fix: oneRun,
  force: oneRun,
  format: anything,
  'gpu-files': anything,
  group: anything,
  ignore: anything,
  image: anything,
  'index-style': anything,
  'index-url': anIndex,
  installer: anything,
  'last-run': anything,
  limit: anything,
  'max-download': anything,
  'max-growth-download': anything,
  'max-growth-installed': anything,
  'max-installed': anything,
  'max-layer': anything,
  'max-size': anything,
  offline: anything,
  output: oneRun,
  pin: anything,
  platform: anything,
  port: anything,
  pre: anything,
  progress: anything,
  python: anything,
  quiet: anything,
  resolution: anything,
  sizes: anything,
  verbose: anything,
  verify: { repository: 'nothing', because: 'it starts the pip and the uv of this machine' },
}

const unlisted: Setting = { repository: 'nothing', because: 'nobody said that it may' }

/** What a repository may say of a setting: nothing if the setting has no row. */
export function settingCalled(name: string): Setting {
  return Object.hasOwn(settings, name) ? settings[name]! : unlisted
}
