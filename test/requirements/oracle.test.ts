import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import oracle from '../../fixtures/requirements/oracle.json' with { type: 'json' }
import { TorchpinError } from '../../src/contract/errors.ts'
import { decode, encode } from '../../src/files/encoding.ts'
import { expandVariables } from '../../src/formats/requirements/environment.ts'
import { filesByPath, loadRequirements } from '../../src/formats/requirements/files.ts'
import { effectiveIndexes } from '../../src/formats/requirements/index-order.ts'
import { splitLogicalLines } from '../../src/formats/requirements/lines.ts'
import { parseRequirements } from '../../src/formats/requirements/parse.ts'
import type { RequirementsFile } from '../../src/formats/requirements/requirements-file.ts'
import { answered, expected, type PipLine } from './pip-answers.ts'

// What pip's own reader says of each case, recorded by make-oracle.py beside the fixture.

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
        const { indexUrl, extraIndexUrls, findLinks, noIndex } = effectiveIndexes(files[0]!, filesByPath(files))
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
