import { type Command, Option } from 'commander'
import { choices, DEFAULT_CPU_INDEX_URL, type Options, readExpand } from '../contract/options.ts'
import { unrepeatable } from '../files/machine/run-notes.ts'
import { processVariables } from '../files/machine/variables.ts'

/** Flags that say what an install is for. */
export interface TargetFlags {
  readonly python?: string[]
  readonly platform?: Options['platform'][number][]
  readonly extra?: string[]
  readonly group?: string[]
}

/** Flags that say which index of CPU builds is asked, and how. */
export interface CpuIndexFlags {
  readonly cpuIndexUrl: string
  readonly offline?: boolean
  readonly cacheDir?: string
}

/** Flags that say which indexes are asked, and how. */
export interface IndexFlags extends CpuIndexFlags {
  readonly indexUrl?: string
  readonly lastRun: boolean
}

/** Adds `--python`, `--platform`, `--extra` and `--group`, all repeatable. */
export function addTargetFlags(command: Command): Command {
  return command
    .optionsGroup('Target:')
    .addOption(
      new Option(
        '--python <version>',
        'Python to install on, repeatable (default: read from the repository)',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--platform <platform>',
        `platform to install on, repeatable: ${choices.platform.join(', ')} (default: linux-x86_64, and what markers in the files name)`,
      ).argParser(collect),
    )
    .addOption(
      new Option('--extra <name>', 'extra of a project that is installed, repeatable; all: every one').argParser(
        collect,
      ),
    )
    .addOption(
      new Option(
        '--group <name>',
        'group of a project that is installed in place of the default ones, repeatable; all, or none',
      ).argParser(collect),
    )
}

/** Flags that say which files are meant, and which of them belong together. */
export interface FileFlags {
  readonly apart?: boolean
  readonly gpuFiles?: boolean
  readonly exclude?: string[]
  readonly expand?: string[]
}

/** Adds `--apart` and `--gpu-files`, and `--exclude` and `--expand`, which are repeatable. */
export function addFileFlags(command: Command): Command {
  return command
    .optionsGroup('Files:')
    .option('--apart', 'resolve files that are named each on its own, as those found in a folder are')
    .option('--gpu-files', 'rewrite files of a folder whose names say GPU or CUDA, even beside one for CPUs')
    .addOption(
      new Option(
        '--exclude <pattern>',
        'leave out of folders what a .gitignore with this line would, repeatable',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--expand <variable>',
        'a variable of the environment that files may name, repeatable; or none, or all (default: all)',
      ).argParser(collect),
    )
}

/** Adds `--cpu-index-url`, `--offline` and `--cache-dir`. */
export function addCpuIndexFlags(command: Command): Command {
  return command
    .optionsGroup('Indexes:')
    .option('--cpu-index-url <url>', 'index of CPU builds', DEFAULT_CPU_INDEX_URL)
    .option('--offline', 'ask the cache and the snapshot only')
    .addOption(new Option('--cache-dir <folder>', 'where answers of indexes are kept').env('TORCHPIN_CACHE_DIR'))
}

/** Adds `--index-url` and `--no-last-run` to them. */
export function addIndexFlags(command: Command): Command {
  return addCpuIndexFlags(
    command
      .optionsGroup('Indexes:')
      .option('--index-url <url>', 'main index (default: the file’s own, pip’s settings, the public one)'),
  ).option('--no-last-run', 'work the answer out, even if nothing changed since the last run')
}

/** The options of a run that these flags stand for. */
export function toOptions({
  python,
  platform,
  extra,
  group,
  apart,
  gpuFiles,
  exclude,
  expand,
  lastRun,
  ...index
}: TargetFlags & IndexFlags & FileFlags): Partial<Options> {
  // As a setting; the flag counts before anything is read.
  if (!lastRun) unrepeatable('the settings ask for a run')
  return {
    apart: apart ?? false,
    gpuFiles: gpuFiles ?? false,
    exclude: exclude ?? [],
    ...(expand ? { expand: readExpand(expand) } : {}),
    python: python ?? [],
    ...(platform ? { platform } : {}),
    extras: extra?.includes('all') ? 'all' : (extra ?? []),
    groups: group?.includes('all') ? 'all' : group?.filter(name => name !== 'none'),
    cpuIndexUrl: index.cpuIndexUrl,
    indexUrl: index.indexUrl,
    offline: index.offline ?? false,
    cacheDir: index.cacheDir,
    environment: processVariables(),
  }
}

/** Gathers the values of a repeatable flag. */
export const collect = (value: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), value]
