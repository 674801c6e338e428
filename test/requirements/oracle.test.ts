import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import oracle from '../../fixtures/requirements/oracle.json' with { type: 'json' }
import { TorchpinError } from '../../src/errors.ts'
import { markerText, parseMarker } from '../../src/packaging/marker.ts'
import { decode, encode } from '../../src/requirements/encoding.ts'
import { expandVariables } from '../../src/requirements/environment.ts'
import { loadRequirements, type RequirementsFile } from '../../src/requirements/files.ts'
import { effectiveIndexes } from '../../src/requirements/index-order.ts'
import { splitLogicalLines } from '../../src/requirements/lines.ts'
import { type Option, parseRequirements, type Statement } from '../../src/requirements/parse.ts'

// What pip's own reader says of each case, recorded by make-oracle.py beside the fixture.

interface Made {
  readonly error?: string
  readonly name?: string | null
  readonly link?: string | null
  readonly extras?: readonly string[]
  readonly specifier?: readonly string[]
  readonly marker?: string
}

interface PipLine {
  readonly line: number
  readonly text: string
  readonly error?: string
  readonly options?: Readonly<Record<string, unknown>>
  readonly requirement?: string
  readonly editable?: boolean
  readonly made?: Made
}

interface Case {
  readonly id: string
  readonly files: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly undecodable?: string
  readonly lines?: readonly PipLine[]
  readonly run?: {
    readonly requirements: readonly (readonly [string, boolean])[]
    readonly error?: string
    readonly index_urls: readonly string[]
    readonly find_links: readonly string[]
    readonly no_index: boolean
  }
}

const cases = oracle.cases as unknown as readonly Case[]
const ROOT = 'requirements.txt'

const bytesOf = ({ files }: Case, name = ROOT) => Buffer.from(files[name]!, 'base64')

describe('bytes', () => {
  test.each(cases)('$id', each => {
    const decoded = decode(bytesOf(each))
    expect('problem' in decoded).toBe(each.undecodable !== undefined)
    if ('text' in decoded) expect(Buffer.compare(encode(decoded.text, decoded.encoding), bytesOf(each))).toBe(0)
  })
})

const readable = cases.filter(each => each.undecodable === undefined)

function textOf(each: Case): string {
  const decoded = decode(bytesOf(each))
  if ('problem' in decoded) throw new Error(decoded.problem)
  return decoded.text
}

describe('logical lines', () => {
  test.each(readable)('$id', each => {
    const texts = splitLogicalLines(textOf(each))
      .filter(line => line.text !== '')
      .map(line => expandVariables(line, each.env ?? {}).text)
    expect(texts).toEqual(each.lines!.map(line => line.text))
  })
})

describe('what a line says', () => {
  test.each(readable)('$id', each => {
    const statements = parseRequirements(textOf(each), each.env).statements.filter(
      statement => statement.kind !== 'blank',
    )
    expect(statements.map(answered)).toEqual(each.lines!.map((line, i) => expected(line, statements[i]!)))
  })
})

interface Answer {
  readonly refused: boolean
  readonly kind?: 'option' | 'requirement' | 'editable'
  readonly options?: Readonly<Record<string, unknown>>
  readonly made?: Made
}

function answered(statement: Statement): Answer {
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

/** pip's answer in the words of `answered`, as far as a reader that does not look at the disk can know it. */
function expected({ error, options, requirement, editable, made }: PipLine, statement: Statement): Answer {
  if (error !== undefined) return { refused: true }
  if (requirement === undefined) return { refused: false, kind: 'option', options: options! }
  const kind = editable ? 'editable' : 'requirement'
  if (made!.error !== undefined) {
    const path =
      statement.kind === 'reference' &&
      (statement.form === 'path' || (statement.form === 'editable' && !/^[a-z]+(\+[a-z]+)?:/i.test(statement.target)))
    return path ? { refused: false, kind, options: options!, made: answered(statement).made! } : { refused: true }
  }
  const { name, link, extras, specifier, marker } = made!
  if (statement.kind === 'reference') {
    const version = statement.version === undefined ? {} : { specifier: specifier! }
    return {
      refused: false,
      kind,
      options: options!,
      made: { name: name!, ...version, ...(marker !== undefined && { marker: normal(marker) }) },
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
      ...(marker !== undefined && { marker: normal(marker) }),
    },
  }
}

const normal = (marker: string) => markerText(parseMarker(marker))

/** Options as the values of Python's optparse. */
function parsed(options: readonly Option[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const append = (key: string, value: unknown) => {
    values[key] = [...((values[key] as unknown[]) ?? []), value]
  }
  const control = (key: string, name: string, other: string, written: string) => {
    const existing = (values[key] ?? { [name]: [], [other]: [] }) as Record<string, string[]>
    for (const value of written.split(',')) {
      const project = value.startsWith(':') ? value : value.toLowerCase().replace(/[-_.]+/g, '-')
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

describe('files and indexes', () => {
  // pip stops at the first line that it cannot read, torchpin reads on.
  test.each(readable.filter(({ run }) => run!.error === undefined || run!.error === 'RequirementsFileParseError'))(
    '$id',
    async each => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'torchpin-test-')))
      try {
        for (const name of Object.keys(each.files)) {
          await mkdir(dirname(join(folder, name)), { recursive: true })
          await writeFile(join(folder, name), bytesOf(each, name))
        }
        const loading = loadRequirements([ROOT], { cwd: folder, environment: each.env ?? {} })
        if (each.run!.error !== undefined) {
          const files = await loading.catch((error: TorchpinError) => error)
          if (files instanceof TorchpinError) expect(files.code).toBe('INCLUDE_CYCLE')
          else
            expect(files.flatMap(file => file.statements).some(statement => statement.kind === 'unreadable')).toBe(true)
          return
        }
        const files = await loading
        const { indexUrl, extraIndexUrls, findLinks, noIndex } = effectiveIndexes(files[0]!, files)
        const urls = noIndex
          ? []
          : [indexUrl?.value ?? 'https://default.example.org/simple', ...extraIndexUrls.map(({ value }) => value)]
        expect({ urls, findLinks: findLinks.map(({ value }) => value), noIndex }).toEqual({
          urls: each.run!.index_urls,
          findLinks: each.run!.find_links,
          noIndex: each.run!.no_index,
        })
        expect(namesRead(files[0]!, 'requirements', files)).toEqual(each.run!.requirements)
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )
})

/** What pip would read, in its order: the text of each requirement, and whether it is a constraint. */
function namesRead(file: RequirementsFile, role: string, files: readonly RequirementsFile[]): unknown[] {
  return file.statements.flatMap(statement => {
    const included = file.includes.filter(include => include.statement === statement)
    if (included.length > 0)
      return included.flatMap(include =>
        namesRead(files.find(known => known.absolute === include.file)!, include.role, files),
      )
    const text = splitLogicalLines(file.source.slice(statement.span.start, statement.span.end))[0]?.text ?? ''
    const read =
      statement.kind === 'requirement' ||
      statement.kind === 'reference' ||
      (statement.kind === 'unreadable' && text !== '')
    return read ? [[expect.any(String), role === 'constraints']] : []
  })
}
