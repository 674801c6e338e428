import { type Command, Option } from 'commander'
import { choices, type Options, type ReportFormat, readDateLimit } from '../contract/options.ts'
import { counted, formatBytes } from '../text/bytes.ts'
import {
  addFileFlags,
  addIndexFlags,
  addTargetFlags,
  type FileFlags,
  type IndexFlags,
  type TargetFlags,
  toOptions,
} from './index-flags.ts'
import { addOutputFlag, formatFlag, type OutputFlags, outputsOf } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, readStdin, type TerminalFlags } from './terminal.ts'

interface RewriteFlags extends FileFlags, TargetFlags, IndexFlags, OutputFlags, TerminalFlags {
  readonly dryRun?: boolean
  readonly pin: Options['pin']
  readonly indexStyle: Options['indexStyle']
  readonly resolution: Options['resolution']
  readonly excludeNewer?: string
  readonly sizes: boolean
  readonly verify?: boolean
  readonly allowBuilds?: boolean
  readonly format: ReportFormat<'rewrite'>
  readonly diffOnly?: boolean
}

const EXAMPLES = `
Examples:
  torchpin rewrite requirements.txt
  torchpin rewrite pyproject.toml
  torchpin rewrite --dry-run --diff-only . | git apply --allow-empty
  torchpin rewrite --exclude legacy/ --exclude '*-gpu.txt' .
  torchpin rewrite --python 3.12 --index-style find-links requirements.txt
  torchpin rewrite --format json requirements.txt | jq .savings.saved

Exit codes: 0 done, changed or not; 2 bad usage or input; 3 no versions satisfy the files; 4 an index failed;
70 a bug of torchpin; 130 interrupted.
Whenever the exit code is not 0, no file has changed.`

/** Adds `torchpin rewrite`. */
export function addRewrite(program: Command): void {
  const command = program
    .command('rewrite')
    .summary('make requirements files and uv projects CPU-only')
    .description(
      'Pins requirements files to CPU builds of torch and every range to the version that goes with the rest. In a uv project binds torch to the CPU index, and has the uv of this machine update the lock',
    )
    .argument(
      '[paths...]',
      'requirements files, pyproject.toml, scripts or folders; - reads standard input and writes to standard output',
    )
    .option('--dry-run', 'write nothing')
    .option(
      '--verify',
      'have the pip and the uv of this machine work out an install of the result before it is written',
    )
    .option('--allow-builds', 'let uv or Poetry build source distributions to update a lock, which runs their code')
    .addOption(
      new Option('--pin <what>', 'which lines get ==: the torch family, ranges too, or bare names too')
        .choices(choices.pin)
        .default('ranges'),
    )
    .addOption(
      new Option('--index-style <style>', 'how the CPU index is written; find-links and direct-url work with uv too')
        .choices(choices['index-style'])
        .default('auto'),
    )
  addTargetFlags(command)
    .addOption(
      new Option('--resolution <which>', 'the newest versions that go together, or the oldest of what the files name')
        .choices(choices.resolution)
        .default('highest'),
    )
    .option('--exclude-newer <date>', 'pass over files uploaded after this date (2026-11-20) or time (RFC 3339)')
  addFileFlags(command)
  addIndexFlags(command)
    .optionsGroup('Report:')
    .option('--no-sizes', 'do not work out the savings')
    .addOption(formatFlag('rewrite', 'how to report; svg draws the savings for a README'))
    .option('--diff-only', 'print the diff and nothing else')
  addOutputFlag(command)
  addTerminalFlags(command).addHelpText('after', EXAMPLES).action(run)
}

async function run(paths: string[], flags: RewriteFlags): Promise<void> {
  const [{ rewrite, save }, { reports }] = await Promise.all([
    import('../rewrite/rewrite.ts'),
    import('../report/rewrite/reports.ts'),
  ])
  const writeOutputs = outputsOf(flags, reports)
  await inTerminal(flags, async ({ signal, onProgress, onNotice, onTraffic, styleFor, fileStyle }) => {
    const fromStdin = paths.length === 1 && paths[0] === '-'
    const stdin = fromStdin ? await readStdin(signal) : undefined
    const done = await rewrite(paths, {
      ...toOptions(flags),
      pin: flags.pin,
      indexStyle: flags.indexStyle,
      resolution: flags.resolution,
      ...(flags.excludeNewer === undefined ? {} : { excludeNewer: readDateLimit(flags.excludeNewer) }),
      sizes: flags.sizes,
      verify: flags.verify ?? false,
      builds: flags.allowBuilds ?? false,
      stdin,
      signal,
      onProgress,
      onNotice,
    })
    await writeOutputs(
      done.result,
      fileStyle,
      done.read.map(({ absolute }) => absolute),
    )
    if (flags.verbose) onTraffic(`${counted(done.traffic.requests, 'request')}, ${formatBytes(done.traffic.bytes)}`)
    if (stdin) await print(done.rewritten.find(file => file.before === stdin)?.after ?? stdin)
    const style = { ...styleFor(process.stdout), diffOnly: flags.diffOnly ?? false, verbose: flags.verbose ?? false }
    const report = reports[flags.format](done.result, style)
    if (!(flags.quiet && flags.format === 'text')) {
      if (fromStdin) process.stderr.write(report)
      else await print(report)
    }
    signal.throwIfAborted()
    if (!fromStdin && !flags.dryRun) await save(done)
  })
}
