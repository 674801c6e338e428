import { realpath } from 'node:fs/promises'
import { isSettled } from './choose.ts'
import { missingDigests } from './digests.ts'
import { measure } from './measure.ts'
import type { Unit } from './open.ts'
import { fileVariables } from './options.ts'
import { splitCredentials } from './package-index/credentials.ts'
import { tellPassedOver } from './passed-over.ts'
import { unifiedDiff } from './report/diff.ts'
import { encode } from './requirements/encoding.ts'
import { type RequirementsFile, withSource } from './requirements/files.ts'
import type { FileResult, UnitResult, VerifiedResult } from './result.ts'
import { sharedNames } from './shared-names.ts'
import { installsWithUv, preferredStyle, renovateOf } from './targets.ts'
import { withoutSecrets } from './text/secrets.ts'
import { type FilePlan, type PlanInput, planFiles } from './torch/plan.ts'
import { tellUndated } from './torch/release-dates.ts'
import { compiledFrom } from './workspace/compiled.ts'
import { isBelow, pathFrom } from './workspace/folders.ts'

/** New contents for a file, and what it held when it was read. */
export interface RewrittenFile {
  readonly absolute: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** What becomes of the files of a unit. */
export interface RewrittenUnit {
  readonly result: UnitResult
  readonly files: readonly FileResult[]
  /** What has taken the files as they are to be. */
  readonly verified: readonly VerifiedResult[]
  /** Those that change. */
  readonly rewritten: readonly RewrittenFile[]
}

/** Works out the CPU-only form of files that are installed together. @throws TorchpinError */
export async function rewriteUnit(unit: Unit): Promise<RewrittenUnit> {
  const { files, indexes, targets, options } = unit
  const { lines, choice } = await unit.answer()
  if (!isSettled(choice)) throw await choice.why(unit.otherPython)
  // A file is no place for a password, and neither is a report.
  const { url: cpuIndexUrl, credentials } = splitCredentials(options.cpuIndexUrl)
  for (const notice of tellPassedOver(choice.passedOver)) options.onNotice(notice)
  if (options.excludeNewer)
    for (const notice of tellUndated(choice.resolution, indexes.cpuInTime)) options.onNotice(notice)
  const withUv = await installsWithUv(files, options)
  const plan = {
    files,
    ...choice,
    targets,
    pin: options.pin,
    cpuIndexUrl,
    environment: fileVariables(options),
    compiled: compilersOf(unit),
    style: options.indexStyle === 'auto' ? undefined : options.indexStyle,
    preferred: preferredStyle(withUv, options),
    installsWithUv: withUv,
    renovate: await renovateOf(files, options),
    shared: await sharedNames(choice.resolution, indexes),
    unreached: indexes.unreached,
  }
  const plans = planFiles({ ...plan, digests: await missingDigests(plan, indexes, options) })
  if (credentials && plans.some(({ changes }) => changes.some(({ to }) => to.includes(cpuIndexUrl))))
    options.onNotice(
      `the user and the password of ${cpuIndexUrl} are not written into a file; give them to the installer in a netrc file`,
    )
  for (const { file, text } of plans)
    if (!file.own && text !== file.source)
      options.onNotice(
        `${file.path} would change; it lies outside of the repository or is hidden, so its text is not shown`,
      )
  const verified = options.verify ? await proofsOf(unit, plans) : []
  const savings = options.sizes ? await measure(unit, choice, lines) : null
  return {
    result: {
      files: plans.map(({ file }) => file.path),
      target: {
        python: [...new Set(targets.map(({ python }) => python))],
        platforms: [...new Set(targets.map(({ platform }) => platform))],
        source: unit.source,
      },
      savings,
    },
    files: await Promise.all(plans.map(plan => fileResult(plan, options.cwd))),
    verified,
    rewritten: plans
      .filter(({ file, text }) => text !== file.source)
      .map(({ file, text }) => ({ absolute: file.absolute, before: file.bytes, after: encode(text, file.encoding) })),
  }
}

/** Has the installers of this machine take the files as they are to be. */
async function proofsOf({ targets, options }: Unit, plans: readonly FilePlan[]): Promise<VerifiedResult[]> {
  const { verify } = await import('./verify.ts')
  const becoming = plans.map(
    ({ file, text }) => [file.absolute, withSource(file, text, fileVariables(options))] as const,
  )
  return verify(new Map(becoming), targets, options)
}

function compilersOf({ files, sources }: Unit): PlanInput['compiled'] {
  const compiled = [...files.values()].flatMap(file => {
    const made = compiledFrom(file.source)
    return made ? [[file.absolute, { ...made, changesWith: sources.get(file.absolute) ?? [] }] as const] : []
  })
  return new Map(compiled)
}

async function fileResult({ file, text, changes, diagnostics }: FilePlan, cwd: string): Promise<FileResult> {
  const path = await pathInPatch(file, cwd)
  return {
    path: file.path,
    changed: text !== file.source,
    diff: file.own ? withoutSecrets(unifiedDiff(path, file.source, text, file.encoding)) : '',
    changes,
    diagnostics,
  }
}

/** A patch is about the file itself, and git refuses one about a link to it. */
async function pathInPatch({ path, absolute, real }: RequirementsFile, cwd: string): Promise<string> {
  const top = await realpath(cwd)
  if (real === undefined || !isBelow(real, top)) return path
  const own = pathFrom(top, real)
  return own === pathFrom(cwd, absolute) ? path : own
}
