import { resolve } from 'node:path'
import { TorchpinError } from '../contract/errors.ts'
import type { Options } from '../contract/options.ts'
import { pathFrom } from '../files/folders.ts'
import { realpath } from '../files/machine/files.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { filesByPath } from '../formats/requirements/files.ts'
import { readLogicalLine } from '../formats/requirements/lines.ts'
import type { Statement } from '../formats/requirements/parse.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { readStatement } from '../formats/requirements/statement-line.ts'
import { pylockFormat } from '../formats/toml/pylock/format.ts'
import type { PylockEntry, PylockManifest } from '../formats/toml/pylock/manifest.ts'
import { allNames, withChosen } from '../locks/chosen-marker.ts'
import { markerIn } from '../packaging/marker.ts'
import { type Platform, platforms } from '../packaging/target.ts'
import { comparePythons, pythonsNamed } from '../packaging/wheel-places.ts'
import { allows } from '../project-files/python-range.ts'
import { cudaOnly, torchFamily } from '../torch/family.ts'
import { ruleFor } from '../torch/rules.ts'
import { installedPlaces } from './installed-places.ts'
import type { Run } from './open.ts'
import { placesOf } from './outside.ts'
import { indexesFor } from './solve/indexes.ts'
import { type Unit, unitOn } from './unit.ts'

/** A pylock.toml as it was read. */
export interface ExportedFile {
  /** For display. */
  readonly path: string
  readonly absolute: string
  /** Links followed. */
  readonly real: string
  readonly bytes: Uint8Array
  /** Whether its text may be shown. */
  readonly own: boolean
  readonly manifest: PylockManifest
}

/** @throws TorchpinError FILE_UNREADABLE */
export async function readExported(given: string, { cwd }: Pick<Options, 'cwd'>): Promise<ExportedFile> {
  const absolute = resolve(cwd, given)
  const path = pathFrom(cwd, absolute)
  try {
    const [real, bytes, isOwn] = [
      await realpath(absolute),
      await readRegular(absolute),
      await placesOf([absolute], cwd),
    ]
    const manifest = pylockFormat.read(bytes, { path, variables: {} })
    return { path, absolute, real, bytes, own: isOwn(real), manifest }
  } catch (cause) {
    if (cause instanceof TorchpinError) throw cause
    throw new TorchpinError('FILE_UNREADABLE', `${path} ${whyUnreadable(cause)}`, { cause })
  }
}

/** Whether a package is one of the torch family that takes CPU wheels in the place of its own. */
export function isSwitchable({ name, from, ignoredByComment }: PylockEntry): boolean {
  return torchFamily.has(name) && from === 'wheels' && !ignoredByComment
}

/** The Pythons and platforms that a lock is for, as its wheels of the torch family say. */
export interface ExportedTargets {
  readonly pythons: readonly string[]
  readonly platforms: readonly Platform[]
}

/** Where a wheel of the torch family installs, among the Pythons and platforms that count. */
export function targetsOfExported({ packages, requiresPython }: PylockManifest, options: Options): ExportedTargets {
  const family = packages.filter(isSwitchable)
  const named = [...new Set(family.flatMap(({ wheels }) => wheels.flatMap(pythonsNamed)))].filter(python =>
    /^3\.\d+$/.test(python),
  )
  const pythons = (options.python.length > 0 ? options.python : named.toSorted(comparePythons).toReversed()).filter(
    python => requiresPython === undefined || allows(requiresPython, python),
  )
  const places = new Set(family.flatMap(entry => [...installedPlaces(entry)]))
  const counting = options.platform.length > 0 ? options.platform : platforms
  const served = counting.filter(platform => pythons.some(python => places.has(`${python} ${platform}`)))
  const everywhere = pythons.filter(python => served.every(platform => places.has(`${python} ${platform}`)))
  if (everywhere.length > 0) return { pythons: everywhere, platforms: served }
  // No Python has wheels for all of the platforms: the first of them counts alone.
  const [first] = served
  return {
    pythons: pythons.filter(python => places.has(`${python} ${first}`)),
    platforms: first === undefined ? [] : [first],
  }
}

/** What is asked about a pylock.toml: its packages at their versions, each where its marker holds. */
export function unitOfExported(file: ExportedFile, { pythons, platforms }: ExportedTargets, run: Run): Unit {
  const { options, network, surroundings } = run
  const asked = asRequirements(file)
  const files = filesByPath([asked])
  return unitOn(
    {
      options: { ...options, platform: platforms },
      name: file.path,
      files,
      sources: new Map(),
      indexes: indexesFor(files, network),
      surroundings,
      without: new Set(),
    },
    { pythons, source: options.python.length > 0 ? '--python' : 'the lock file' },
  )
}

/**
 * The packages as the lines of a requirements file, which are written behind the end of the file, and stand where the packages
 * are named: whatever is said of lines then holds for these.
 */
function asRequirements({ path, absolute, real, bytes, own, manifest }: ExportedFile): RequirementsFile {
  const { packages, encoding } = manifest
  const written = [
    ...indexLines(packages).map(text => ({ text, entry: undefined })),
    ...packages.map(entry => ({ text: lineOf(entry), entry })),
  ].filter(({ text }) => text !== '')
  const source = [manifest.source, ...written.map(({ text }) => text)].join('\n')
  let at = manifest.source.length + 1
  const statements = written.flatMap(({ text, entry }): Statement[] => {
    const statement = readStatement(readLogicalLine(source, at), {})
    at += text.length + 1
    return [
      entry ? { ...withMarker(statement, entry), span: entry.nameAt } : { ...statement, span: { start: 0, end: 0 } },
    ]
  })
  const file = { path, absolute, real, encoding, bytes, own, source, statements }
  return { ...file, role: 'requirements', root: true, includes: [], remoteIncludes: [] }
}

/** What torchpin would replace by another project, or take out, in a file that says what is asked for: a lock has neither. */
function staysAsItIs(entry: PylockEntry): boolean {
  if (torchFamily.has(entry.name)) return !isSwitchable(entry)
  return entry.ignoredByComment || (ruleFor(entry.name) !== undefined && !cudaOnly.has(entry.name))
}

/** A folder or a path of this machine is the project itself, whose needs the lock has. */
function lineOf(entry: PylockEntry): string {
  const { name, version, from, place } = entry
  const isAsked = from !== 'local' && (place !== undefined || version !== undefined)
  if (!isAsked) return ''
  return `${name}${place === undefined ? `==${version}` : ` @ ${place}`}${staysAsItIs(entry) ? '  # torchpin: keep' : ''}`
}

/** The indexes that packages name, the most used first. */
function indexLines(packages: readonly PylockEntry[]): string[] {
  const counts = new Map<string, number>()
  for (const { index } of packages) if (index !== undefined) counts.set(index, (counts.get(index) ?? 0) + 1)
  const urls = [...counts].sort(([, a], [, b]) => b - a).map(([url]) => url)
  return urls.map((url, i) => `--${i === 0 ? '' : 'extra-'}index-url ${url}`)
}

/** Extras and groups count as chosen: what one of them brings is in the lock too. */
function withMarker(statement: Statement, { marker }: PylockEntry): Statement {
  const read = marker === undefined ? undefined : markerIn(marker)
  if (!read || statement.kind !== 'requirement') return statement
  const everything = { extras: allNames, groups: allNames }
  return { ...statement, requirement: { ...statement.requirement, marker: withChosen(read, everything) } }
}
