import { chooseVersions } from './choose.ts'
import { proveCudaOnly } from './cuda-lines.ts'
import { missingDigests } from './digests.ts'
import { openIndexes } from './indexes.ts'
import { measure } from './measure.ts'
import { type Options, resolveOptions } from './options.ts'
import { unifiedDiff } from './report/diff.ts'
import { encode } from './requirements/encoding.ts'
import { loadRequirements } from './requirements/files.ts'
import { writeAll } from './requirements/write.ts'
import type { RewriteResult } from './result.ts'
import { findTargets, preferredStyle } from './targets.ts'
import { withoutSecrets } from './text/secrets.ts'
import { requirementLines } from './torch/lines.ts'
import { type FilePlan, planFiles } from './torch/plan.ts'
import { refuseUnreadable } from './unreadable.ts'
import { version } from './version.ts'
import { compiledFrom } from './workspace/compiled.ts'
import { discoverRequirements } from './workspace/discover.ts'

/** New contents for a file, and what it held when it was read. */
export interface RewrittenFile {
  readonly absolute: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

export interface Rewrite {
  readonly result: RewriteResult
  /** The files that change. Nothing is written yet: see `save`. */
  readonly rewritten: readonly RewrittenFile[]
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
  const options = resolveOptions(given)
  const { cwd, environment, stdin } = options
  const named = stdin ? ['-'] : (await discoverRequirements(paths.length > 0 ? paths : ['.'], cwd)).files
  const loaded = await loadRequirements(named, { cwd, environment, ...(stdin ? { stdin } : {}) })
  refuseUnreadable(loaded)
  const files = new Map(loaded.map(file => [file.absolute, file]))

  const indexes = await openIndexes(files, options)
  const { targets, source } = await findTargets(files, options, indexes.cpu)
  const asked = { lines: requirementLines(loaded, targets), indexes, targets, options }
  const lines = await proveCudaOnly(asked)
  const choice = await chooseVersions({ ...asked, lines })
  const plan = {
    files,
    ...choice,
    targets,
    pin: options.pin,
    cpuIndexUrl: options.cpuIndexUrl,
    environment,
    compiled: new Map(
      loaded.flatMap(file => [compiledFrom(file.source)].flatMap(made => (made ? [[file.absolute, made]] : []))),
    ),
    style: options.indexStyle === 'auto' ? undefined : options.indexStyle,
    preferred: await preferredStyle(files, options),
  }
  const plans = planFiles({ ...plan, digests: await missingDigests(plan, indexes, options) })
  const savings = options.sizes ? await measure(lines, choice, indexes, targets, options) : null

  const { origin } = indexes.cpu
  return {
    result: {
      schema: 1,
      version,
      target: { python: [...new Set(targets.map(({ python }) => python))], platforms: options.platform, source },
      index: {
        url: options.cpuIndexUrl,
        origin,
        ...(origin === 'snapshot' ? { snapshotDate: indexes.snapshotDate() } : {}),
      },
      files: plans.map(fileResult),
      savings,
    },
    rewritten: plans
      .filter(({ file, text }) => text !== file.source)
      .map(({ file, text }) => ({ absolute: file.absolute, before: file.bytes, after: encode(text, file.encoding) })),
    traffic: { ...indexes.traffic },
  }
}

/** Writes what `rewrite` worked out: all files, or none. @throws TorchpinError */
export async function save({ rewritten }: Rewrite): Promise<void> {
  await writeAll(rewritten)
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
