import { chooseVersions } from './choose.ts'
import { proveCudaOnly } from './cuda-lines.ts'
import { missingDigests } from './digests.ts'
import { measure } from './measure.ts'
import { type Opened, openFiles } from './open.ts'
import type { Options } from './options.ts'
import { refuseOutside } from './outside.ts'
import { splitCredentials } from './package-index/credentials.ts'
import { tellPassedOver } from './passed-over.ts'
import { unifiedDiff } from './report/diff.ts'
import { encode } from './requirements/encoding.ts'
import { withSource } from './requirements/files.ts'
import { clearLeftovers, writeAll } from './requirements/write.ts'
import type { RewriteResult } from './result.ts'
import { sharedNames } from './shared-names.ts'
import { preferredStyle, renovateOf } from './targets.ts'
import { withoutSecrets } from './text/secrets.ts'
import { type FilePlan, type PlanInput, planFiles } from './torch/plan.ts'
import { version } from './version.ts'
import { compiledFrom } from './workspace/compiled.ts'

/** New contents for a file, and what it held when it was read. */
export interface RewrittenFile {
  readonly absolute: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** What a run worked out. */
export interface Rewrite {
  readonly result: RewriteResult
  /** The files that change. Nothing is written yet: see `save`. */
  readonly rewritten: readonly RewrittenFile[]
  /** Every file of the run, as an absolute path, and whether the user gave it or a folder it is in. */
  readonly read: readonly { readonly absolute: string; readonly named: boolean }[]
  /** Where the run was. */
  readonly cwd: string
  /** Requests to the indexes, redirects and repetitions among them, and bytes of their answers as sent. */
  readonly traffic: { readonly requests: number; readonly bytes: number }
}

/**
 * Works out the CPU-only form of requirements files; writes nothing.
 *
 * @param paths files, or folders: every requirements file below them; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError when input, index or the requirements themselves make it impossible
 */
export async function rewrite(paths: readonly string[] = [], given: Partial<Options> = {}): Promise<Rewrite> {
  return rewriteOpened(await openFiles(paths, given))
}

/** The same for files that are open. @internal */
export async function rewriteOpened(opened: Opened): Promise<Rewrite> {
  const { files, indexes, targets, options } = opened
  const lines = await proveCudaOnly(opened)
  const choice = await chooseVersions({ ...opened, lines })
  // A file is no place for a password, and neither is a report.
  const { url: cpuIndexUrl, credentials } = splitCredentials(options.cpuIndexUrl)
  for (const notice of tellPassedOver(choice.passedOver)) options.onNotice(notice)
  const plan = {
    files,
    ...choice,
    targets,
    pin: options.pin,
    cpuIndexUrl,
    environment: options.environment,
    compiled: compilersOf(files),
    style: options.indexStyle === 'auto' ? undefined : options.indexStyle,
    preferred: await preferredStyle(files, options),
    renovate: await renovateOf(files, options),
    shared: await sharedNames(choice.resolution, indexes),
  }
  const plans = planFiles({ ...plan, digests: await missingDigests(plan, indexes, options) })
  if (credentials && plans.some(({ changes }) => changes.some(({ to }) => to.includes(cpuIndexUrl))))
    options.onNotice(
      `the user and the password of ${cpuIndexUrl} are not written into a file; give them to the installer in a netrc file`,
    )
  const becoming = new Map(
    plans.map(({ file, text }) => [file.absolute, withSource(file, text, options.environment)] as const),
  )
  const verified = options.verify ? await (await import('./verify.ts')).verify(becoming, targets, options) : undefined
  const target = targets[0]!
  const savings = options.sizes ? await measure(await opened.asTheyAre(target), choice, lines, target, options) : null

  const { origin } = indexes.cpu
  return {
    result: {
      schema: 1,
      version,
      target: {
        python: [...new Set(targets.map(({ python }) => python))],
        platforms: options.platform,
        source: opened.source,
      },
      index: {
        url: cpuIndexUrl,
        origin,
        ...(origin === 'snapshot' ? { snapshotDate: indexes.snapshotDate() } : {}),
      },
      files: plans.map(fileResult),
      savings,
      ...(verified && { verified }),
    },
    rewritten: plans
      .filter(({ file, text }) => text !== file.source)
      .map(({ file, text }) => ({ absolute: file.absolute, before: file.bytes, after: encode(text, file.encoding) })),
    read: [...files.values()].map(({ absolute, root }) => ({ absolute, named: root })),
    cwd: options.cwd,
    traffic: { ...indexes.traffic },
  }
}

/**
 * Writes what `rewrite` worked out: all files, or none. What runs that were killed left beside the files is cleared away.
 * @throws TorchpinError
 */
export async function save({ rewritten, read, cwd }: Rewrite): Promise<void> {
  const named = read.filter(file => file.named)
  const paths = (files: readonly { readonly absolute: string }[]) => files.map(({ absolute }) => absolute)
  await refuseOutside(paths(rewritten), paths(named), cwd)
  await clearLeftovers(paths(read))
  await writeAll(rewritten)
}

function compilersOf(files: Opened['files']): PlanInput['compiled'] {
  return new Map(
    [...files.values()].flatMap(file =>
      [compiledFrom(file.source)].flatMap(made => (made ? [[file.absolute, made]] : [])),
    ),
  )
}

function fileResult({ file, text, changes, diagnostics }: FilePlan): RewriteResult['files'][number] {
  return {
    path: file.path,
    changed: text !== file.source,
    diff: withoutSecrets(unifiedDiff(file.path, file.source, text, file.encoding)),
    changes,
    diagnostics,
  }
}
