import type { Options } from '../contract/options.ts'
import type { FileResult, UnitResult, VerifiedResult } from '../contract/results/rewrite.ts'
import { encode } from '../files/encoding.ts'
import { isBelow, pathFrom } from '../files/folders.ts'
import { realpath } from '../files/machine/files.ts'
import { splitCredentials } from '../package-index/credentials.ts'
import { measure } from '../run/measure.ts'
import type { Unit } from '../run/open.ts'
import { isSolved } from '../run/solve/choose.ts'
import { counted } from '../text/bytes.ts'
import { unifiedDiff } from '../text/diff.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { tellUndated } from '../torch/release-dates.ts'
import type { FilePlan, LockMaker, PlannedFile, ProjectUnit } from './plan.ts'
import { planRequirements } from './requirements.ts'

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

/**
 * Works out the CPU-only form of files that are installed together.
 * @param makeLock has the lock of a project made, or says what it would hold
 * @throws TorchpinError
 */
export async function rewriteUnit(unit: Unit, makeLock: LockMaker): Promise<RewrittenUnit> {
  const { indexes, targets, options } = unit
  const { lines, choice } = await unit.answer()
  if (!isSolved(choice)) throw await choice.why(unit.otherPython)
  // A file is no place for a password, and neither is a report.
  const { url: cpuIndexUrl, credentials } = splitCredentials(options.cpuIndexUrl)
  for (const notice of skippedNotices(choice.skipped)) options.onNotice(notice)
  if (options.excludeNewer)
    for (const notice of tellUndated(choice.resolution, indexes.cpuInTime)) options.onNotice(notice)
  const plan = isProject(unit)
    ? await (await import('./project.ts')).planProject(unit, choice, cpuIndexUrl, makeLock)
    : await planRequirements(unit, choice, cpuIndexUrl)
  const { files: plans, after } = plan
  if (credentials && plans.some(({ changes }) => changes.some(({ to }) => to.includes(cpuIndexUrl))))
    options.onNotice(
      `the user and the password of ${cpuIndexUrl} are not written into a file; give them to the installer in a netrc file`,
    )
  const verified = options.verify ? await plan.prove() : []
  const installed = after ? { ...choice, resolution: after } : choice
  const savings = options.sizes ? await measure(unit, installed, lines) : null
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
    ...(await asRewritten(plans, options)),
    verified,
  }
}

/** What some plans come to: their results, and the files that change. */
export async function asRewritten(
  plans: readonly FilePlan[],
  { cwd, onNotice }: Pick<Options, 'cwd' | 'onNotice'>,
): Promise<Pick<RewrittenUnit, 'files' | 'rewritten'>> {
  const changing = plans.filter(({ file, text }) => text !== file.source)
  for (const { file } of changing)
    if (!file.own)
      onNotice(`${file.path} would change; it lies outside of the repository or is hidden, so its text is not shown`)
  return {
    files: await Promise.all(plans.map(plan => fileResult(plan, cwd))),
    rewritten: changing.map(({ file, text }) => ({
      absolute: file.absolute,
      before: file.bytes,
      after: encode(text, file.encoding),
    })),
  }
}

const isProject = (unit: Unit): unit is ProjectUnit => unit.project !== undefined

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
async function pathInPatch({ path, absolute, real }: PlannedFile, cwd: string): Promise<string> {
  // No link leads to the file, so none leads to the current folder above it.
  if (real === absolute && isBelow(absolute, cwd)) return path
  const top = await realpath(cwd)
  if (real === undefined || !isBelow(real, top)) return path
  const own = pathFrom(top, real)
  return own === pathFrom(cwd, absolute) ? path : own
}

/**
 * Says which versions could not be chosen because nobody could be asked what they need: of each project the first by its
 * number, the rest counted.
 *
 * @param skipped `name==version`, in the order in which they were tried
 */
function skippedNotices(skipped: readonly string[]): string[] {
  const first = new Map<string, string>()
  const others = new Map<string, number>()
  for (const name of skipped) {
    const [project = '', version = ''] = name.split('==')
    if (first.has(project)) others.set(project, (others.get(project) ?? 0) + 1)
    else first.set(project, version)
  }
  return [...first].map(([project, version]) => {
    const more = others.get(project) ?? 0
    const named = `${project} ${version}${more > 0 ? ` and ${counted(more, 'other release')}` : ''}`
    return `neither the cache nor the snapshot tells what ${named} ${more > 0 ? 'need' : 'needs'}: passed over`
  })
}
