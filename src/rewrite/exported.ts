import { isOfIndex, TorchpinError } from '../contract/errors.ts'
import type { Diagnostic, Savings } from '../contract/results/rewrite.ts'
import { noticesOnExported } from '../decide/notices/exported.ts'
import { type LockedLine, lostPlaces, removalsIn, switchOf, wheelsFor } from '../decide/pylock.ts'
import type { PylockDecision } from '../formats/decision.ts'
import { pylockFormat } from '../formats/pylock/format.ts'
import { selectionOf } from '../locks/lock.ts'
import { readLock } from '../locks/read-lock.ts'
import { resolutionOf } from '../locks/resolution.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import type { IndexFile } from '../package-index/project-page.ts'
import { platforms } from '../packaging/target.ts'
import type { Resolution } from '../resolve/resolve.ts'
import { howMadeAnew } from '../run/exported.ts'
import {
  type ExportedFile,
  isSwitchable,
  readExported,
  targetsOfExported,
  unitOfExported,
} from '../run/exported-unit.ts'
import { targetsOfLock } from '../run/lock-targets.ts'
import type { Run, Unit } from '../run/open.ts'
import { measureSavings } from '../run/savings.ts'
import { isSolved } from '../run/solve/choose.ts'
import { applyEdits } from '../text/edits.ts'
import { enumerated, firstNames } from '../text/lists.ts'
import { torchFamily } from '../torch/family.ts'
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
  const planned = await planExported(file, run, anew)
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
  const torch = packages.filter(({ name }) => name === 'torch')
  // Its other packages have to go with the torch that stays.
  if (!packages.some(isSwitchable) || torch.some(entry => !isSwitchable(entry)))
    return { ...asItIs, diagnostics: noticesOnExported(packages, { decisions: [], anew }) }
  const targets = targetsOfExported(manifest, options)
  if (targets.pythons.length === 0 || targets.platforms.length === 0)
    throw new TorchpinError(
      'NO_SOLUTION',
      `${file.path} has no wheel of torch for a Python and a platform that count`,
      {
        hint: 'choose others with --python and --platform, or leave both out',
      },
    )
  const unit = unitOfExported(file, targets, run)
  const { choice } = await unit.answer()
  if (!isSolved(choice)) throw withHint(await choice.why(async () => undefined), anew)
  const lines = new Map(choice.lines.requirements.map(line => [line.statement.span.start, line]))
  const locked = packages.flatMap((entry): LockedLine[] => {
    const line = lines.get(entry.nameAt.start)
    return line ? [{ entry, line }] : []
  })
  const decisions = await decideExported(locked, choice.resolution, unit, file)
  refuseMissing(locked, decisions, choice.resolution, { path: file.path, anew })
  const lost = decisions.flatMap(one => refuseLost(file, one, unit, anew))
  const { edits, changes } = pylockFormat.edit(manifest, decisions)
  const retained = choice.lines.requirements.filter(({ retainedBecause }) => retainedBecause !== undefined)
  const { substitutions } = choice
  const diagnostics = noticesOnExported(packages, { decisions, anew, retained, substitutions, lost })
  return { edits, changes, unit, diagnostics }
}

function withHint(error: TorchpinError, anew: string): TorchpinError {
  return error.code === 'NO_SOLUTION'
    ? new TorchpinError(error.code, error.message, { hint: anew, cause: error })
    : error
}

async function decideExported(
  locked: readonly LockedLine[],
  resolution: Resolution,
  { indexes, options }: Unit,
  { manifest: { packages } }: ExportedFile,
): Promise<PylockDecision[]> {
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
  decisions: readonly PylockDecision[],
  resolution: Resolution,
  { path, anew }: { readonly path: string; readonly anew: string },
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
          { hint: anew },
        )
    }
  }
}

/** The places where a package has no wheel any more and nobody asked for one. @throws TorchpinError NO_SOLUTION for those that count */
function refuseLost(
  { path, manifest: { packages } }: ExportedFile,
  decision: PylockDecision,
  { options, targets }: Unit,
  anew: string,
): { readonly name: string; readonly line: number; readonly places: readonly string[] }[] {
  if (decision.kind !== 'switch-locked') return []
  const entry = packages.find(({ at }) => at === decision.at)!
  const places = lostPlaces(entry, decision)
  const asked = new Set(targets.map(({ python, platform }) => `${python} ${platform}`))
  const isNarrowed = options.python.length > 0
  const counts = (place: string) =>
    asked.has(place) ||
    (!isNarrowed && platforms.some(platform => place.endsWith(` ${platform}`)) && !/^\d+\.\d+t /.test(place))
  const needed = places.filter(counts)
  if (needed.length > 0)
    throw new TorchpinError(
      'NO_SOLUTION',
      `the CPU index has no ${decision.name} ${decision.builds[0].version} for ${firstNames(needed, NAMES)}, where ${path} has a wheel`,
      { hint: `${anew}; or say with --python and --platform what the file is for` },
    )
  return places.length > 0 ? [{ name: decision.name, line: entry.line, places }] : []
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
