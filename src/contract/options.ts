import { type Platform, platforms } from '../packaging/target.ts'
import { TorchpinError } from './errors.ts'

/** The public package index: what pip asks when nothing else is configured. */
export const DEFAULT_INDEX_URL = 'https://pypi.org/simple'

/** PyTorch's own index of CPU builds. */
export const DEFAULT_CPU_INDEX_URL = 'https://download.pytorch.org/whl/cpu'

/** What options can be that are one of a few words, by flag. */
export const choices = {
  pin: ['torch', 'ranges', 'all'],
  'index-style': ['auto', 'extra-index-url', 'find-links', 'direct-url', 'none'],
  resolution: ['highest', 'lowest-direct'],
  platform: platforms,
} as const

/** Which requirements get `==`. */
export type PinMode = (typeof choices)['pin'][number]

/** How the CPU index is written into a file; `auto`: as the installer of the repository can take it. */
export type IndexStyle = (typeof choices)['index-style'][number]

/** Which of the versions that fit is chosen. */
export type ResolutionMode = (typeof choices)['resolution'][number]

/** How each command can report. */
export const reportFormats = {
  rewrite: ['text', 'json', 'markdown', 'github', 'svg'],
  check: ['text', 'json', 'markdown', 'github', 'sarif'],
  audit: ['text', 'json', 'markdown', 'github'],
  versions: ['text', 'json', 'markdown'],
  explain: ['text', 'json', 'markdown'],
  'docker check': ['text', 'json', 'markdown', 'github', 'sarif'],
  'docker init': ['text', 'json'],
} as const

/** A format that a command can report in. */
export type ReportFormat<Command extends keyof typeof reportFormats> = (typeof reportFormats)[Command][number]

/** All options of a run. */
export interface Options {
  /** Which requirements get `==`: the torch family alone, every range as well, or bare names too. */
  readonly pin: PinMode
  readonly indexStyle: IndexStyle
  /** `lowest-direct`: what the files themselves ask for is pinned to the oldest version that fits, the rest to the newest. */
  readonly resolution: ResolutionMode
  /** Files uploaded at this time or later do not count; those whose index gives no time do. */
  readonly excludeNewer: Date | undefined
  /** Python versions the result must install on; empty: read from the repository. */
  readonly python: readonly string[]
  /** Platforms the result must install on; empty: Linux on x86_64, and what the markers of the files name. */
  readonly platform: readonly Platform[]
  readonly cpuIndexUrl: string
  /** Replaces the main index of the files and of pip's configuration. */
  readonly indexUrl: string | undefined
  /** Ask the cache and the snapshot only. */
  readonly offline: boolean
  /** Work out what the change saves, which costs a look at every wheel of both installs. */
  readonly sizes: boolean
  /** Have the pip and the uv of this machine work out an install of the result before it is written; see `verify`. */
  readonly verify: boolean
  /** The extras of a project, or of a lock, that are installed; `all`: every one. */
  readonly extras: readonly string[] | 'all'
  /** The groups that are installed in place of the default ones; `all`: every one; undefined: the default ones. */
  readonly groups: readonly string[] | 'all' | undefined
  /** Whether the tool that makes a lock may build source distributions, which runs their code. */
  readonly builds: boolean
  /** Default: the cache folder of the user. */
  readonly cacheDir: string | undefined
  /** Files that are named are resolved each on its own too, unless they include each other; those found in a folder always are. */
  readonly apart: boolean
  /** Files of a folder whose names say GPU or CUDA are rewritten even where a file for CPUs is beside them. */
  readonly gpuFiles: boolean
  /** Patterns as in a .gitignore at the top of the repository, for what is not looked for in folders. */
  readonly exclude: readonly string[]
  /** What to take for the contents of `-`. */
  readonly stdin: Uint8Array | undefined
  /** Where relative paths start. */
  readonly cwd: string
  /** Variables that pip reads too: its settings, proxies, certificates; default: those of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The variables that the files may name, alone; undefined: every one, as pip has it. */
  readonly expand: readonly string[] | undefined
  /** Ends the run with INTERRUPTED. */
  readonly signal: AbortSignal | undefined
  /** Called again and again with what the run is busy with. */
  readonly onProgress: (event: Progress) => void
  /** One line for the person at the terminal: that a snapshot was used, that an index is slow. */
  readonly onNotice: (message: string) => void
}

/** Fills in the defaults and checks what was given. @throws TorchpinError BAD_OPTION */
export function resolveOptions(given: Partial<Options> = {}): Options {
  const options: Options = {
    pin: 'ranges',
    indexStyle: 'auto',
    resolution: 'highest',
    excludeNewer: undefined,
    python: [],
    platform: [],
    cpuIndexUrl: DEFAULT_CPU_INDEX_URL,
    indexUrl: undefined,
    offline: false,
    sizes: true,
    verify: false,
    extras: [],
    groups: undefined,
    builds: false,
    cacheDir: undefined,
    apart: false,
    gpuFiles: false,
    exclude: [],
    stdin: undefined,
    cwd: process.cwd(),
    environment: process.env,
    expand: undefined,
    signal: undefined,
    onProgress: () => undefined,
    onNotice: () => undefined,
    ...given,
  }
  oneOf('pin', options.pin)
  oneOf('index-style', options.indexStyle)
  oneOf('resolution', options.resolution)
  for (const platform of options.platform) oneOf('platform', platform)
  for (const python of options.python) {
    if (!/^3\.\d{1,2}(?:\.\d{1,3})?$/.test(python)) {
      throw new TorchpinError('BAD_OPTION', `--python ${python} is not a Python version`, {
        hint: 'write it as 3.11 or 3.11.7',
        flag: 'python',
      })
    }
  }
  if (options.verify && options.offline)
    throw new TorchpinError('BAD_OPTION', '--verify asks the indexes, which --offline forbids', {
      hint: 'leave one of them out',
      flag: 'offline',
    })
  url('cpu-index-url', options.cpuIndexUrl)
  if (options.indexUrl !== undefined) url('index-url', options.indexUrl)
  return options
}

/** What `${NAME}` stands for in the files of a run. */
export function fileVariables({
  environment,
  expand,
}: Pick<Options, 'environment' | 'expand'>): Options['environment'] {
  if (!expand) return environment
  return Object.fromEntries(
    expand.flatMap(name => (Object.hasOwn(environment, name) ? [[name, environment[name]]] : [])),
  )
}

/**
 * Reads which variables the files may name: `all`, `none`, or their names.
 * @returns undefined for all
 * @throws TorchpinError BAD_OPTION
 */
export function readExpand(given: readonly string[]): readonly string[] | undefined {
  const wrong = given.find(name => !/^(?:all|none|[A-Z0-9_]+)$/.test(name))
  if (wrong !== undefined || (given.length > 1 && given.some(name => name === 'all' || name === 'none')))
    throw new TorchpinError('BAD_OPTION', `--expand ${wrong ?? given.join(' --expand ')} names no variables`, {
      hint: 'all, none, or names in capital letters, which alone are variables of a requirements file',
    })
  return given[0] === 'all' ? undefined : given[0] === 'none' ? [] : given
}

/**
 * Reads a date limit: a time of RFC 3339, or a date, which counts to its end (UTC).
 * @throws TorchpinError BAD_OPTION
 */
export function readDateLimit(text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const time = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/.test(text)
  const start = day || time ? Date.parse(text.replace(' ', 'T')) : Number.NaN
  if (Number.isNaN(start)) {
    throw new TorchpinError('BAD_OPTION', `--exclude-newer ${text} is not a date`, {
      hint: 'write it as 2026-11-20 or 2026-11-20T12:00:00Z',
      flag: 'exclude-newer',
    })
  }
  return new Date(day ? start + 24 * 60 * 60 * 1000 : start)
}

function oneOf(flag: keyof typeof choices, value: string): void {
  const words: readonly string[] = choices[flag]
  if (words.includes(value)) return
  throw new TorchpinError('BAD_OPTION', `--${flag} ${value} is not known`, {
    hint: `one of ${words.join(', ')}`,
    flag,
  })
}

function url(flag: string, value: string): void {
  const protocol = URL.canParse(value) ? new URL(value).protocol : undefined
  if (protocol && ['https:', 'http:', 'file:'].includes(protocol)) return
  throw new TorchpinError('BAD_OPTION', `--${flag} is not an http(s) or file URL`, {
    hint: `for example ${DEFAULT_CPU_INDEX_URL}`,
    flag,
  })
}

/** What a run is busy with. */
export interface Progress {
  readonly phase: string
  readonly done: number
  /** How much there will be in all; absent while that is not known. */
  readonly total?: number
  readonly name?: string
}
