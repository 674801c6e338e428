import { isOfIndex, TorchpinError } from '../contract/errors.ts'
import type { Diagnostic, Savings } from '../contract/results/rewrite.ts'
import { noticesOnExported } from '../decide/notices/exported.ts'
import { type LockedLine, lostPlaces, type PylockDecisions, removalsIn, switchOf, wheelsFor } from '../decide/pylock.ts'
import { pylockFormat } from '../formats/toml/pylock/format.ts'
import { selectionOf } from '../locks/lock.ts'
import { readLock } from '../locks/read-lock.ts'
import { resolutionOf } from '../locks/resolution.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import { platforms } from '../packaging/target.ts'
import { placeName, placeNamed } from '../packaging/wheel-places.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { howMadeAnew } from '../run/exported.ts'
import {
  type ExportedFile,
  isSwitchable,
  readExported,
  targetsOfExported,
  unitOfExported,
} from '../run/exported-unit.ts'
import { installedPlaces } from '../run/installed-places.ts'
import { targetsOfLock } from '../run/lock-targets.ts'
import type { Run, Unit } from '../run/open.ts'
import { measureSavings } from '../run/savings.ts'
import { isSolved } from '../run/solve/choose.ts'
import { applyEdits } from '../text/edits.ts'
import { enumerated, firstNames } from '../text/lists.ts'
import { torchFamily } from '../torch/family.ts'
import { isLookedInto } from '../torch/lines.ts'
import { missingDigests } from './digests.ts'
import type { FilePlan } from './plan.ts'
import { asRewritten, type RewrittenUnit } from './unit.ts'

/** Wheels, or packages, named before the rest is counted. */
const NAMES = 3

/**
 * Works out the CPU-only form of a pylock.toml: the same releases of the torch family from the CPU index, without what only
 * CUDA builds need. Every other package stays as it is locked.
 *
 * @param given its path
 * @throws TorchpinError NO_SOLUTION where no lock comes of that: a release has no CPU build, or needs what is not locked
 */
export async function rewriteExported(given: string, run: Run): Promise<RewrittenUnit> {
  const { options } = run
  const file = await readExported(given, options)
  const source = file.manifest.source
  const anew = await howMadeAnew(file.path, source)
  const planned = await planExported(file, run, anew).catch(error => {
    throw withHint(error, anew)
  })
  const text = applyEdits(source, planned.edits)
  const plan: FilePlan = {
    file: { ...file, source, encoding: file.manifest.encoding },
    text,
    changes: planned.changes,
    diagnostics: planned.diagnostics.toSorted((a, b) => a.line - b.line),
  }
  const { savings, target } = await measureExported({ ...file, text }, run, planned.unit)
  return {
    result: { files: [file.path], target, savings },
    ...(await asRewritten([plan], options)),
    verified: [],
  }
}

interface Planned extends Pick<ReturnType<typeof pylockFormat.edit>, 'edits' | 'changes'> {
  readonly diagnostics: readonly Diagnostic[]
  /** Undefined: nothing of the torch family may change, and nothing was asked. */
  readonly unit: Unit | undefined
}

async function planExported(file: ExportedFile, run: Run, anew: string): Promise<Planned> {
  const { options } = run
  const { manifest } = file
  const { packages } = manifest
  const asItIs = { edits: [], changes: [], unit: undefined }
  const family = packages.filter(({ name }) => torchFamily.has(name))
  // The family goes together: a torchvision for CUDA does not load beside a CPU torch.
  if (family.length === 0 || !family.every(isSwitchable))
    return { ...asItIs, diagnostics: noticesOnExported(manifest, { decisions: [], anew }) }
  const targets = targetsOfExported(manifest, options)
  if (targets.pythons.length === 0 || targets.platforms.length === 0)
    throw new TorchpinError('NO_SOLUTION', `${file.path} has no wheel of torch for a Python and a platform that count`)
  const unit = unitOfExported(file, targets, run)
  const { choice } = await unit.answer()
  if (!isSolved(choice)) throw await choice.why(async () => undefined)
  const lines = new Map(choice.lines.requirements.map(line => [line.statement.span.start, line]))
  const locked = packages.flatMap((entry): LockedLine[] => {
    const line = lines.get(entry.nameAt.start)
    return line ? [{ entry, line, places: installedPlaces(entry) }] : []
  })
  const decisions = await decideExported(locked, choice.resolution, unit, file)
  refuseMissing(locked, decisions, choice.resolution, file.path)
  const lost = decisions.flatMap(one => refuseLost({ path: file.path, locked }, one, unit))
  const { edits, changes } = pylockFormat.edit(manifest, decisions)
  const retained = choice.lines.requirements.filter(({ retainedBecause }) => retainedBecause !== undefined)
  const opaque = new Set([
    ...choice.withoutMetadata.map(({ project }) => project),
    ...choice.lines.direct.filter(line => !isLookedInto(line)).map(({ project }) => project),
  ])
  const unknown = packages.filter(({ name }) => opaque.has(name))
  const { substitutions } = choice
  const diagnostics = noticesOnExported(manifest, { decisions, anew, retained, unknown, substitutions, lost })
  return { edits, changes, unit, diagnostics }
}

/** Where no lock comes of the wheels of the CPU index, the tool that made it has to solve it anew. */
function withHint(error: unknown, anew: string): unknown {
  if (!(error instanceof TorchpinError) || error.code !== 'NO_SOLUTION') return error
  return new TorchpinError(error.code, error.message, { hint: anew, cause: error })
}

async function decideExported(
  locked: readonly LockedLine[],
  resolution: Resolution,
  { indexes, options }: Unit,
  { manifest: { packages } }: ExportedFile,
): Promise<PylockDecisions> {
  const family = locked.filter(({ entry }) => isSwitchable(entry))
  const pages = await Promise.all(
    [...torchFamily].map(async name => [name, await filesOf(name, family, indexes.cpuInTime)] as const),
  )
  const cpu = {
    files: new Map(pages),
    cpuIndexUrl: splitCredentials(options.cpuIndexUrl).url,
    namesIndexes: packages.some(({ index }) => index !== undefined),
  }
  const wheels = family.flatMap(one => wheelsFor(one, resolution, cpu))
  const digests = await missingDigests(wheels, indexes, options)
  return [...family.flatMap(one => switchOf(one, resolution, { ...cpu, digests }) ?? []), ...removalsIn(locked)]
}

async function filesOf(
  name: string,
  family: readonly LockedLine[],
  cpu: Unit['indexes']['cpuInTime'],
): Promise<readonly IndexFile[]> {
  if (!family.some(({ entry }) => entry.name === name)) return []
  return (await cpu.project(name))?.files ?? []
}

/** A CPU build may need what the build before it did not. A lock that lacks it would install, and fail when it runs. */
function refuseMissing(
  locked: readonly LockedLine[],
  decisions: PylockDecisions,
  resolution: Resolution,
  path: string,
): void {
  const gone = new Set(decisions.filter(({ kind }) => kind === 'remove').map(({ at }) => at))
  for (const { name, kind } of decisions) {
    if (kind === 'remove') continue
    for (const { version, needs, target } of resolution.get(name)?.builds ?? []) {
      const isLocked = (need: string) =>
        locked.some(({ entry, line }) => entry.name === need && !gone.has(entry.at) && line.targets.includes(target))
      const missing = needs.filter(need => !isLocked(need))
      if (missing.length > 0)
        throw new TorchpinError(
          'NO_SOLUTION',
          `${name} ${version.text} needs ${enumerated(missing)} on ${target.platform}, which ${path} does not have`,
        )
    }
  }
}

/** The places where a package has no wheel any more and nobody asked for one. @throws TorchpinError NO_SOLUTION for those that count */
function refuseLost(
  { path, locked }: { readonly path: string; readonly locked: readonly LockedLine[] },
  decision: PylockDecisions[number],
  { options, targets }: Unit,
): { readonly name: string; readonly line: number; readonly places: readonly string[] }[] {
  if (decision.kind !== 'switch-locked') return []
  const line = locked.find(({ entry }) => entry.at === decision.at)!
  const places = lostPlaces(line, decision)
  const asked = new Set(targets.map(placeName))
  const isNarrowed = options.python.length > 0 || options.platform.length > 0
  const isOrdinary = (place: string) =>
    platforms.some(platform => platform === placeNamed(place).platform) && !/^\d+\.\d+t /.test(place)
  const counts = (place: string) => asked.has(place) || (!isNarrowed && isOrdinary(place))
  const needed = places.filter(counts)
  if (needed.length > 0)
    throw new TorchpinError(
      'NO_SOLUTION',
      `the CPU index has no ${decision.name} ${decision.builds[0].version} for ${firstNames(needed, NAMES)}, where ${path} has a wheel; --python and --platform say what it is for`,
    )
  return places.length > 0 ? [{ name: decision.name, line: line.entry.line, places }] : []
}

/** What the lock installs before and after, on the target that `check` looks at. */
async function measureExported(
  { path, absolute, manifest, text }: ExportedFile & { readonly text: string },
  { options, network }: Run,
  unit: Unit | undefined,
): Promise<Pick<RewrittenUnit['result'], 'savings' | 'target'>> {
  const [before, after] = [await readLock(path, manifest.source), await readLock(path, text)]
  const selection = selectionOf(before, options)
  const { targets, source } = await targetsOfLock(absolute, before, selection, options)
  const asked = unit?.targets ?? targets
  const target = {
    python: [...new Set(asked.map(({ python }) => python))],
    platforms: [...new Set(asked.map(({ platform }) => platform))],
    source: unit?.source ?? source,
  }
  if (!options.sizes) return { savings: null, target }
  const indexAt = (url: string) => (unit ? unit.indexes.at(url) : network.index(url))
  const [left, right] = [before, after].map(lock => resolutionOf(lock, selection, targets, indexAt))
  const measured = { target: targets[0]!, complete: { before: true, after: true }, compiles: false }
  const savings: Savings | null = await measureSavings(left!, right!, measured, (done, total, name) =>
    options.onProgress({ phase: 'measuring', done, total, name }),
  ).catch(error => {
    if (isOfIndex(error)) return null
    throw error
  })
  return { savings, target }
}
