import { TorchpinError } from '../../../contract/errors.ts'
import { endBefore, isBlank } from '../../../text/ends.ts'
import type { LockedBuild, LockedWheel } from '../../decision.ts'
import type { Operation } from '../operations.ts'
import type { Block, Pair, TomlArray } from '../toml-document.ts'
import { type Quote, quoted } from '../toml-string.ts'
import { blocksBelow, type EntryParts, endOf, pairIn, wheelsOf } from './entry-parts.ts'

/** What makes a package another build of it. Keys that say the same already stay as they are. */
export function asBuild(source: string, entry: EntryParts, build: LockedBuild): Operation[] {
  const version = pairIn(entry.own, 'version')
  if (version?.value.kind !== 'string') throw noPlace()
  const { quote } = version.value
  return [
    ...written(entry.own, 'version', build.version, version),
    ...(build.marker === undefined ? [] : written(entry.own, 'marker', build.marker, version)),
    ...(build.index === undefined
      ? []
      : written(entry.own, 'index', build.index, pairIn(entry.own, 'marker') ?? version)),
    takesWheels(source, entry, build.wheels, quote),
  ]
}

function written(block: Block, key: string, text: string, after: Pair): Operation[] {
  const pair = pairIn(block, key)
  if (!pair) return [{ kind: 'append-pair', block, after, text: `${key} = ${quoted(text)}` }]
  const { value } = pair
  if (value.kind !== 'string') throw noPlace()
  return value.text === text ? [] : [{ kind: 'write', span: value.span, text: quoted(text, value.quote) }]
}

function takesWheels(source: string, entry: EntryParts, wheels: readonly LockedWheel[], quote: Quote): Operation {
  const keys = [...(wheelsOf(entry)[0] ?? new Map()).keys()]
  const listed = pairIn(entry.own, 'wheels')?.value
  if (listed?.kind === 'array') {
    const lines = wheels.map(wheel => inline(wheel, keys, quote))
    return { kind: 'write', span: listed.span, text: arrayOf(source, listed, lines) }
  }
  const blocks = blocksBelow(entry, 'wheels')
  const from = entry.blocks.indexOf(blocks[0]!)
  // What stands between them would be lost.
  if (blocks.length === 0 || blocks.some((block, i) => entry.blocks[from + i] !== block)) throw noPlace()
  const eol = eolOf(source)
  const text = wheels.map(wheel => tables(wheel, keys, quote).join(eol)).join(eol + eol)
  return { kind: 'write', span: { start: blocks[0]!.header!.start, end: endOf(blocks.at(-1)!) }, text }
}

/** On one line where the list was, else one on each, indented as the first was. */
function arrayOf(source: string, { span, items }: TomlArray, lines: readonly string[]): string {
  const first = source.slice(span.start + 1, items[0]!.span.start)
  const isLong = first.includes('\n')
  const last = items.at(-1)!
  const comma = last.comma === undefined ? '' : ','
  const eol = eolOf(source)
  if (!isLong && (lines.length === 1 || items.length > 1)) return `[${lines.join(', ')}${comma}]`
  const indent = isLong ? first.slice(first.lastIndexOf('\n') + 1) : '    '
  const end = isLong ? source.slice(endBefore(source, span.end - 1, isBlank), span.end - 1) : ''
  return `[${eol}${lines.map(line => `${indent}${line}`).join(`,${eol}`)}${isLong ? comma : ','}${eol}${end}]`
}

/** The keys that the wheels of the package had, in their order; when a wheel was uploaded is not known of another one. */
function keysOf(wheel: LockedWheel, keys: readonly string[], quote: Quote): [key: string, value: string][] {
  return keys.flatMap((key): [string, string][] => {
    if (key === 'name') return [[key, quoted(wheel.filename, quote)]]
    if (key === 'url') return [[key, quoted(wheel.url, quote)]]
    if (key === 'size' && wheel.size !== undefined) return [[key, `${wheel.size}`]]
    return []
  })
}

function inline(wheel: LockedWheel, keys: readonly string[], quote: Quote): string {
  const hashes = `hashes = { sha256 = ${quoted(wheel.sha256, quote)} }`
  return `{ ${[...keysOf(wheel, keys, quote).map(([key, value]) => `${key} = ${value}`), hashes].join(', ')} }`
}

function tables(wheel: LockedWheel, keys: readonly string[], quote: Quote): string[] {
  return [
    '[[packages.wheels]]',
    ...keysOf(wheel, keys, quote).map(([key, value]) => `${key} = ${value}`),
    '',
    '[packages.wheels.hashes]',
    `sha256 = ${quoted(wheel.sha256, quote)}`,
  ]
}

const eolOf = (source: string): string => /\r?\n/.exec(source)?.[0] ?? '\n'

/** A package is written in a form that has no place for a decision. */
export function noPlace(): TorchpinError {
  return new TorchpinError(
    'FILE_UNWRITABLE',
    'pylock.toml is written in a form in which torchpin finds no place for a change',
    { hint: 'have it exported anew, from a project that torchpin has rewritten' },
  )
}
