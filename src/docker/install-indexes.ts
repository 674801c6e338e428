import { DEFAULT_CPU_INDEX_URL, DEFAULT_INDEX_URL } from '../contract/options.ts'
import { filesByPath } from '../formats/requirements/files.ts'
import { effectiveIndexes } from '../formats/requirements/index-order.ts'
import { type CommandOption, optionsNamed } from '../project-files/commands/options.ts'
import { stepsOf } from '../project-files/dockerfile/dockerfile.ts'
import { readTorchIndexUrl, sameIndex, type TorchIndexKind } from '../torch/index-urls.ts'
import { type BuildContext, contextPath } from './context.ts'
import type { Install } from './install.ts'

/** An index that an install asks, or a page of links. */
export interface UsedIndex {
  readonly role: 'main' | 'extra' | 'links'
  readonly url: string
  readonly kind: TorchIndexKind | 'public' | 'other'
  /** Missing where a variable, a setting or a requirements file brings it. */
  readonly option?: CommandOption
}

export interface UsedIndexes {
  readonly indexes: readonly UsedIndex[]
  /** There may be others, which only a build can tell. */
  readonly uncertain: boolean
}

const ofPip = {
  main: ['-i', '--index-url', '--pypi-url'],
  extra: ['--extra-index-url'],
  links: ['-f', '--find-links'],
  variables: { main: ['PIP_INDEX_URL'], extra: ['PIP_EXTRA_INDEX_URL'], links: ['PIP_FIND_LINKS'] },
} as const

/** uv has names of its own, and reads none of pip's variables. */
const ofUv = {
  main: ['-i', '--index-url', '--default-index'],
  extra: ['--extra-index-url', '--index'],
  links: ['-f', '--find-links'],
  variables: {
    main: ['UV_INDEX_URL', 'UV_DEFAULT_INDEX'],
    extra: ['UV_EXTRA_INDEX_URL', 'UV_INDEX'],
    links: ['UV_FIND_LINKS'],
  },
} as const

/** The indexes of an install: its options, variables, what `pip config set` set before it, its requirements files. */
export function indexesOfInstall(install: Install, context: BuildContext): UsedIndexes {
  const names = install.tool === 'pip' ? ofPip : ofUv
  const { values } = install.command
  const indexes: UsedIndex[] = []
  let { uncertain } = install
  const put = (role: UsedIndex['role'], url: string | undefined, option?: CommandOption) => {
    if (url === undefined) uncertain = true
    // uv lets an index have a name: `torch=https://…`.
    else
      for (const one of url.split(/\s+/))
        if (one !== '') indexes.push(usedIndex(role, one.replace(/^[\w-]+=(?=https?:)/, ''), option))
  }
  for (const role of ['main', 'extra', 'links'] as const) {
    const given = optionsNamed(install.options, ...names[role])
    for (const option of given) put(role, option.text, option)
    if (role === 'main' && given.length > 0) continue
    for (const variable of names.variables[role]) if (values.has(variable)) put(role, values.get(variable))
  }
  for (const { value } of install.files) {
    const source = contextPath(context, install, value)
    const files = source === undefined ? undefined : context.requirements.get(source)
    if (!files?.[0]) continue
    const found = effectiveIndexes(files[0], filesByPath(files))
    if (found.indexUrl) put('main', found.indexUrl.value)
    for (const { value } of found.extraIndexUrls) put('extra', value)
    for (const { value } of found.findLinks) put('links', value)
  }
  if (values.has('PIP_CONFIG_FILE') || values.has('UV_CONFIG_FILE')) uncertain = true
  if (install.tool === 'pip') {
    const settings = settingsBefore(install)
    indexes.push(...settings.indexes)
    uncertain ||= settings.uncertain
  }
  return { indexes, uncertain }
}

function usedIndex(role: UsedIndex['role'], url: string, option?: CommandOption): UsedIndex {
  const kind =
    readTorchIndexUrl(url, DEFAULT_CPU_INDEX_URL)?.kind ?? (sameIndex(url, DEFAULT_INDEX_URL) ? 'public' : 'other')
  return { role, url, kind, ...(option && { option }) }
}

/** `pip config set global.extra-index-url URL`, and files of settings that are copied in, which are not read. */
function settingsBefore({ stage, run, command }: Install): UsedIndexes {
  const indexes: UsedIndex[] = []
  let uncertain = false
  for (const step of stepsOf(stage)) {
    if (step.kind === 'copy')
      uncertain ||= [...step.sources, step.target].some(({ value }) =>
        /(?:^|\/)(?:pip\.(?:conf|ini)|\.pip|pip)\/?$/.test(value ?? ''),
      )
    if (step.kind === 'run') {
      for (const other of step.commands) {
        if (other === command) return { indexes, uncertain }
        const words = other.words.map(({ value }) => value)
        const at = words.indexOf('config')
        if (at > 0 && words[at + 1] === 'set') {
          const [, key] =
            /^(?:global|install|site|user)\.(index-url|extra-index-url|find-links)$/.exec(words[at + 2] ?? '') ?? []
          const role = key === 'index-url' ? 'main' : key === 'extra-index-url' ? 'extra' : 'links'
          if (key !== undefined && words[at + 3] !== undefined)
            for (const url of words[at + 3]!.split(/\s+/)) indexes.push(usedIndex(role, url))
          else if (key !== undefined) uncertain = true
        }
        if (/pip\.conf/.test(words.join(' '))) uncertain = true
      }
    }
    if (step === run) break
  }
  return { indexes, uncertain }
}

/** The backend that `uv pip` takes torch from; null where only a build can tell. */
export function torchBackendOf(install: Install): string | null | undefined {
  if (install.tool !== 'uv pip') return undefined
  const [option] = optionsNamed(install.options, '--torch-backend')
  if (option) return option.text ?? null
  const { values } = install.command
  return values.has('UV_TORCH_BACKEND') ? (values.get('UV_TORCH_BACKEND') ?? null) : undefined
}
