import { posix } from 'node:path'
import { canonicalizeName } from '../packaging/names.ts'
import type { InstallCommand } from '../project-files/commands/install-command.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import { readPyproject } from '../project-files/pyproject.ts'
import { canonicalPath } from '../project-files/shell/posix-path.ts'
import type { Word } from '../project-files/shell/words.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { torchFamily } from '../torch/family.ts'
import { torchUserAt, torchUsers } from '../torch/torch-users.ts'
import { UNKNOWN } from './expressions.ts'
import type { SourceFiles } from './source-files.ts'

/** What a command asks for, as a requirements file at the top of the repository would say it. */
export interface Question {
  /** Lines of a requirements file. */
  readonly text: string
  /** Why the lines may not be all that counts, as a clause; `stops`: an index may be missing, so that nothing can
   * be told; `isTold`: it is worth a word though nothing of it is about torch. */
  readonly open?: { readonly because: string; readonly stops: boolean; readonly isTold: boolean }
  /** Canonical names that the command has itself. */
  readonly names: readonly string[]
  /** It names torch, or a project that is known to need it. */
  readonly asksForTorch: boolean
  /** Requirements files, from the top of the repository. */
  readonly files: readonly string[]
  readonly isConstrained: boolean
}

const indexOptions: readonly (readonly [
  line: string,
  pip: readonly string[],
  uv: readonly string[],
  variables: Readonly<Record<'pip' | 'uv', readonly string[]>>,
])[] = [
  [
    '--index-url',
    ['-i', '--index-url', '--pypi-url'],
    ['-i', '--index-url', '--default-index'],
    { pip: ['PIP_INDEX_URL'], uv: ['UV_INDEX_URL', 'UV_DEFAULT_INDEX'] },
  ],
  [
    '--extra-index-url',
    ['--extra-index-url'],
    ['--extra-index-url', '--index'],
    { pip: ['PIP_EXTRA_INDEX_URL'], uv: ['UV_EXTRA_INDEX_URL', 'UV_INDEX'] },
  ],
  ['--find-links', ['-f', '--find-links'], ['-f', '--find-links'], { pip: ['PIP_FIND_LINKS'], uv: ['UV_FIND_LINKS'] }],
]

/** An index that a command asks. */
export interface NamedIndex {
  readonly role: '--index-url' | '--extra-index-url' | '--find-links'
  readonly url: string
}

/** The indexes of a command, by its options and by variables; undefined among them: one that is not known. */
export function indexesOf({
  tool,
  options,
  command: { values },
}: Pick<InstallCommand, 'tool' | 'options' | 'command'>): (NamedIndex | undefined)[] {
  return indexOptions.flatMap(([role, pip, uv, variables]) => {
    const given = optionsNamed(options, ...(tool === 'pip' ? pip : uv)).map(({ text }) => text)
    const set = variables[tool === 'pip' ? 'pip' : 'uv'].filter(name => values.has(name)).map(name => values.get(name))
    const urls = role === '--index-url' && given.length > 0 ? given : [...given, ...set]
    return urls.flatMap(text =>
      text === undefined || text.includes(UNKNOWN)
        ? [undefined]
        : text
            .split(/\s+/)
            .flatMap(url =>
              url === '' ? [] : { role: role as NamedIndex['role'], url: url.replace(/^[\w-]+=(?=https?:)/, '') },
            ),
    )
  })
}

/** Writes down what a command asks for. @param settings lines that earlier commands have laid down: `pip config set` */
export async function questionOf(
  install: InstallCommand,
  settings: readonly string[],
  files: SourceFiles,
): Promise<Question> {
  const { command, options } = install
  const draft = new Draft(command.folder, files)
  for (const line of settings) draft.lines.push(line)
  for (const index of indexesOf(install)) {
    if (index) draft.lines.push(`${index.role} ${index.url}`)
    else draft.stop('an index is known only when it runs')
  }
  if (install.uncertain) draft.stop('some of its options are known only when it runs')
  if (optionsNamed(options, '--no-index').length > 0 || command.values.has('PIP_NO_INDEX'))
    draft.lines.push('--no-index')
  if (optionsNamed(options, '--pre').length > 0) draft.lines.push('--pre')
  for (const word of install.named) await draft.name(word, '')
  for (const { value, text } of optionsNamed(options, '-e', '--editable')) await draft.name(value, '-e ', text)
  const constraints = optionsNamed(options, '-c', '--constraint', '--constraints').map(({ value, text }) => ({
    value,
    text,
  }))
  for (const { value } of install.files) await draft.file(value, '-r')
  for (const { text } of constraints) await draft.file(text, '-c')
  for (const { text } of optionsNamed(options, '--group')) await draft.group(text)
  return {
    text: `${draft.lines.join('\n')}\n`,
    ...(draft.open === undefined ? {} : { open: draft.open }),
    names: draft.names,
    asksForTorch: draft.names.some(name => torchFamily.has(name) || torchUsers.has(name)),
    files: draft.files,
    isConstrained:
      constraints.length > 0 ||
      ['PIP_CONSTRAINT', 'UV_CONSTRAINT', 'UV_OVERRIDE'].some(name => command.values.has(name)) ||
      optionsNamed(options, '--override', '--overrides').length > 0,
  }
}

class Draft {
  readonly lines: string[] = []
  readonly names: string[] = []
  readonly files: string[] = []
  open: Question['open']
  readonly #folder: string | undefined
  readonly #files: SourceFiles

  constructor(folder: string | undefined, files: SourceFiles) {
    this.#folder = folder
    this.#files = files
  }

  stop(because: string): void {
    this.open = { because, stops: true, isTold: false }
  }

  #leave(because: string, isTold = false): void {
    this.open ??= { because, stops: false, isTold }
  }

  /** A word that names something to install. */
  async name(word: Word | undefined, lead: string, text = word?.value): Promise<void> {
    if (!word) return
    if (text === undefined || text.includes(UNKNOWN)) {
      this.#unknown(word)
      return
    }
    if (/[\r\n]/.test(text)) return
    const [, path = text, extras = ''] = /^(.*?)(\[[^[\]]*\])?$/s.exec(text) ?? []
    // What has a slash in it is a path to pip, unless it is a URL.
    if (/^(?:\.{1,2}$|file:|[^:@;=<>!~]*\/)/.test(path) || (lead !== '' && !path.includes(':'))) {
      await this.#path(path, lead, extras)
      return
    }
    const [, url] =
      /^(?:[A-Za-z0-9][\w.,[\] -]*@\s*)?((?:git|hg|svn|bzr)\+\S+|https?:\S+\/archive\/\S+)/.exec(text) ?? []
    if (url !== undefined) {
      const user = torchUserAt(url)
      if (user) this.names.push(user.project)
      else this.#leave(`what ${withoutSecrets(url)} needs is known only once it is there`, true)
      this.lines.push(lead + text)
      return
    }
    if (/[*?]/.test(path) && !/[=<>!~@]/.test(path)) {
      this.#leave(`${path} is known only when it runs`)
      return
    }
    const name = /^[A-Za-z0-9][\w.-]*/.exec(text)?.[0]
    if (name !== undefined && !text.includes('://')) this.names.push(canonicalizeName(name))
    this.lines.push(lead + text)
  }

  /** A folder of the repository, which its pyproject.toml describes, or a file. */
  async #path(path: string, lead: string, extras: string): Promise<void> {
    const here = canonicalPath(this.#folder, path.replace(/^file:\/\//, ''))
    if (here === undefined || /\.(?:whl|zip|gz)$/.test(here)) {
      this.#leave(`${path} is known only when it runs`)
      return
    }
    this.lines.push(`${lead}./${here.slice(1)}${extras}`)
    const pyproject = await this.#files.at(posix.join(here, 'pyproject.toml'))
    const project = pyproject && (await readPyproject(pyproject.text))
    if (project?.dependencies !== undefined || (project && project.poetryDependencies.length > 0)) return
    for (const name of ['setup.py', 'setup.cfg'])
      if (await this.#files.at(posix.join(here, name))) {
        this.#leave(`what ${posix.join(here, name).slice(1)} asks for is known only when it runs`, true)
        return
      }
  }

  /** `torch==$VERSION` is torch, in whatever version. */
  #unknown({ lead, value }: Word): void {
    const known = (value ?? lead).split(UNKNOWN)[0]!
    const name = /^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?[=<>!~]/.exec(known)?.[0]?.replace(/[=<>!~]$/, '')
    if (name === undefined) {
      this.#leave('some of what it names is known only when it runs')
      return
    }
    this.#leave(`the version of ${name} is known only when it runs`)
    this.names.push(canonicalizeName(name.replace(/\[.*/, '')))
    this.lines.push(name)
  }

  async file(path: string | undefined, lead: '-r' | '-c'): Promise<void> {
    const here = path === undefined || /^-$|^https?:/.test(path) ? undefined : canonicalPath(this.#folder, path)
    const found = here === undefined ? undefined : await this.#files.at(here)
    if (here === undefined || !found) {
      this.#leave(`${path ?? 'a file'} is not in the repository`)
      return
    }
    if (/(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(here)) {
      this.lines.push(`./${posix.dirname(here).slice(1)}`)
      return
    }
    if (lead === '-r') this.files.push(here.slice(1))
    this.lines.push(`${lead} ./${here.slice(1).replaceAll(' ', '\\ ')}`)
  }

  /** A dependency group of the pyproject.toml in the folder. */
  async group(name: string | undefined): Promise<void> {
    const path = canonicalPath(this.#folder, 'pyproject.toml')
    const file = path === undefined ? undefined : await this.#files.at(path)
    const project = file && (await readPyproject(file.text))
    const lines = name === undefined ? undefined : project?.groups.get(canonicalizeName(name))
    if (lines) this.lines.push(...lines)
    else this.#leave('a dependency group is not in the repository')
  }
}
