import { asTheyWere, type Install } from './as-they-were.ts'
import { type Indexes, openIndexes } from './indexes.ts'
import { type Options, resolveOptions } from './options.ts'
import { once } from './package-index/once.ts'
import type { Target } from './packaging/target.ts'
import { loadRequirements, type RequirementsFile } from './requirements/files.ts'
import { findTargets } from './targets.ts'
import { type RequirementLines, requirementLines } from './torch/lines.ts'
import { refuseUnreadable } from './unreadable.ts'
import { discoverRequirements } from './workspace/discover.ts'

/** The files of a run, read, and what is asked about them. */
export interface Opened {
  readonly options: Options
  /** By absolute path, in the order in which they are reached. */
  readonly files: ReadonlyMap<string, RequirementsFile>
  readonly lines: RequirementLines
  readonly indexes: Indexes
  /** At least one. */
  readonly targets: readonly Target[]
  /** Where the Python versions of the targets were read. */
  readonly source: string
  /** What the files install on a target as they are; worked out once. See `asTheyWere`. */
  asTheyAre(target: Target): Promise<Install | undefined>
}

/**
 * Reads requirements files and what their repository says about them.
 *
 * @param paths files, or folders: every requirements file below them; none: the current folder. With `stdin` set they do not count.
 * @throws TorchpinError BAD_OPTION, FILE_UNREADABLE, INCLUDE_CYCLE
 */
export async function openFiles(paths: readonly string[], given: Partial<Options>): Promise<Opened> {
  const options = resolveOptions(given)
  const { cwd, environment, stdin } = options
  const named = stdin ? ['-'] : (await discoverRequirements(paths.length > 0 ? paths : ['.'], cwd)).files
  const loaded = await loadRequirements(named, { cwd, environment, ...(stdin ? { stdin } : {}) })
  refuseUnreadable(loaded)
  const files = new Map(loaded.map(file => [file.absolute, file]))
  const indexes = await openIndexes(files, options)
  const { targets, source } = await findTargets(files, options, indexes.cpu)
  const lines = requirementLines(loaded, targets)
  return {
    options,
    files,
    lines,
    indexes,
    targets,
    source,
    asTheyAre: once(
      ({ python, platform }: Target) => `${python} ${platform}`,
      target => asTheyWere(lines, indexes, [target], options),
    ),
  }
}
