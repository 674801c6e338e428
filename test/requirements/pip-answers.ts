import type { Option, Statement } from '../../src/formats/requirements/parse.ts'
import { markerText, parseMarker } from '../../src/packaging/marker.ts'

/** What pip makes of a requirement (`install_req_from_line`, `install_req_from_editable`). */
interface Made {
  readonly error?: string
  readonly name?: string | null
  readonly link?: string | null
  readonly extras?: readonly string[]
  readonly specifier?: readonly string[]
  readonly marker?: string
}

/** What pip's reader says of a logical line, as make-oracle.py beside the fixture writes it down. */
export interface PipLine {
  readonly line: number
  readonly text: string
  readonly error?: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly requirement?: string
  readonly editable?: boolean
  readonly made?: Made
}

/** What a line says, in words that pip's answer and a statement have in common. */
export interface Answer {
  readonly refused: boolean
  readonly kind?: 'option' | 'requirement' | 'editable'
  readonly options?: Readonly<Record<string, unknown>>
  readonly made?: Made
}

export function answered(statement: Statement): Answer {
  switch (statement.kind) {
    case 'blank':
      throw new Error('pip gives no blank lines')
    case 'unreadable':
      return { refused: true }
    case 'option':
      return { refused: false, kind: 'option', options: parsed(statement.options) }
    case 'reference':
      return {
        refused: false,
        kind: statement.form === 'editable' ? 'editable' : 'requirement',
        options: parsed(statement.options),
        made: {
          name: statement.name ?? null,
          ...(statement.version !== undefined && { specifier: [`==${statement.version}`] }),
          ...(statement.marker && statement.form !== 'editable' && { marker: markerText(statement.marker) }),
        },
      }
    case 'requirement': {
      const { name, extras, specifier, url, marker } = statement.requirement
      return {
        refused: false,
        kind: 'requirement',
        options: parsed(statement.options),
        made: {
          name,
          ...(url !== undefined && { link: url }),
          extras: [...new Set(extras)].sort(),
          specifier: [...new Set(specifier.clauses.map(({ operator, version }) => operator + version))].sort(),
          ...(marker && { marker: markerText(marker) }),
        },
      }
    }
  }
}

/** What pip takes for a URL behind `-e` whatever is on the disk; `torchpin:` is the name of a folder. */
const editableUrl = /^(?:file|(?:bzr|git|hg|svn)(?:\+[a-z-]+)?):/i

/** pip's answer in the words of `answered`, as far as a reader that does not look at the disk can know it. */
export function expected({ error, options, requirement, editable, made }: PipLine, statement: Statement): Answer {
  if (error !== undefined) return { refused: true }
  if (requirement === undefined) return { refused: false, kind: 'option', options: options! }
  const kind = editable ? 'editable' : 'requirement'
  if (made!.error !== undefined) {
    const path =
      statement.kind === 'reference' &&
      (statement.form === 'path' || (statement.form === 'editable' && !editableUrl.test(statement.target)))
    return path ? { refused: false, kind, options: options!, made: answered(statement).made! } : { refused: true }
  }
  const { name, link, extras, specifier, marker } = made!
  const ours = answered(statement).made?.marker ?? ''
  if (statement.kind === 'reference') {
    const version = statement.version === undefined ? {} : { specifier: specifier! }
    return {
      refused: false,
      kind,
      options: options!,
      made: { name: name!, ...version, ...(marker !== undefined && { marker: normal(marker, ours) }) },
    }
  }
  return {
    refused: false,
    kind,
    options: options!,
    made: {
      name: name!,
      ...(link && { link }),
      extras: extras!,
      specifier: specifier!,
      ...(marker !== undefined && { marker: normal(marker, ours) }),
    },
  }
}

/**
 * packaging prints a marker with needless parentheses, and without the escapes of its texts: then it is another when it is
 * read again, or none.
 */
function normal(theirs: string, ours: string): string {
  if (theirs.includes('\\')) return ours
  try {
    return markerText(parseMarker(theirs))
  } catch {
    return ours
  }
}

/** Options as the values of Python's optparse. */
function parsed(options: readonly Option[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const append = (key: string, value: unknown) => {
    values[key] = [...((values[key] as unknown[]) ?? []), value]
  }
  const control = (key: string, name: string, other: string, written: string) => {
    const existing = (values[key] ?? { [name]: [], [other]: [] }) as Record<string, string[]>
    for (const value of written.split(',')) {
      const project = value.toLowerCase().replace(/[-_.]+/g, '-')
      if (value === ':none:') existing[name] = []
      else if (value === ':all:') [existing[name], existing[other]] = [[value], []]
      else
        [existing[name], existing[other]] = [
          [...existing[name]!, project].sort(),
          existing[other]!.filter(kept => kept !== project),
        ]
    }
    values[key] = existing
    if (existing[name]!.length + existing[other]!.length === 0) delete values[key]
  }
  const lists = {
    'extra-index-url': 'extra_index_urls',
    'find-links': 'find_links',
    requirement: 'requirements',
    constraint: 'constraints',
    editable: 'editables',
    'trusted-host': 'trusted_hosts',
    'use-feature': 'features_enabled',
  } as const
  for (const { name, value } of options) {
    if (name in lists) append(lists[name as keyof typeof lists], value)
    else if (name === 'index-url') values['index_url'] = value
    else if (name === 'no-binary') control('format_control', 'no_binary', 'only_binary', value!)
    else if (name === 'only-binary') control('format_control', 'only_binary', 'no_binary', value!)
    else if (name === 'all-releases') control('release_control', 'all_releases', 'only_final', value!)
    else if (name === 'only-final') control('release_control', 'only_final', 'all_releases', value!)
    else if (name === 'hash') {
      const [algorithm, digest] = [value!.slice(0, value!.indexOf(':')), value!.slice(value!.indexOf(':') + 1)]
      const hashes = (values['hashes'] ?? {}) as Record<string, string[]>
      values['hashes'] = { ...hashes, [algorithm]: [...(hashes[algorithm] ?? []), digest] }
    } else if (name === 'config-settings') {
      const [key, setting] = [value!.slice(0, value!.indexOf('=')), value!.slice(value!.indexOf('=') + 1)]
      const settings = (values['config_settings'] ?? {}) as Record<string, string | string[]>
      values['config_settings'] = {
        ...settings,
        [key]: settings[key] === undefined ? setting : [settings[key], setting].flat(),
      }
    } else values[name.replaceAll('-', '_')] = true
  }
  if (values['index_url'] === '') delete values['index_url']
  return values
}
