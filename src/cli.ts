import { Command, CommanderError, Option } from 'commander'
import { TorchpinError } from './errors.ts'
import { DEFAULT_CPU_INDEX_URL, indexStyles, type Options, pinModes, readDateLimit, resolutions } from './options.ts'
import { platforms } from './packaging/target.ts'
import { version } from './version.ts'

/** The only file that knows the process: flags, streams, exit code. Every command loads what it needs, and no more. */

interface RewriteFlags {
  dryRun?: boolean
  pin: Options['pin']
  indexStyle: Options['indexStyle']
  resolution: Options['resolution']
  excludeNewer?: string
  python: string[]
  platform: Options['platform'][number][]
  cpuIndexUrl: string
  indexUrl?: string
  offline?: boolean
  sizes: boolean
  format: 'text' | 'json' | 'markdown' | 'github'
  diffOnly?: boolean
  cacheDir?: string
  quiet?: boolean
  verbose?: boolean
  progress: boolean
  color: 'auto' | 'always' | 'never'
}

const collect = <T>(value: T, earlier: T[] | undefined): T[] => [...(earlier ?? []), value]

const program = new Command('torchpin')
  .description('Rewrites requirements files for CPU-only PyTorch, in place, and shows what it saves')
  .version(version, '-V, --version')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .showHelpAfterError('(torchpin --help lists the commands)')

program
  .command('rewrite')
  .summary('pin requirements files to CPU builds')
  .description('Pins requirements files to CPU builds of torch and every range to the version that goes with the rest')
  .argument('[paths...]', 'requirements files or folders; - reads standard input and writes to standard output')
  .option('--dry-run', 'write nothing')
  .addOption(
    new Option('--pin <what>', 'which lines get ==: the torch family, ranges too, or bare names too')
      .choices(pinModes)
      .default('ranges'),
  )
  .addOption(
    new Option('--index-style <style>', 'how the CPU index is written; find-links works with uv too')
      .choices(indexStyles)
      .default('auto'),
  )
  .addOption(
    new Option('--python <version>', 'Python to install on, repeatable (default: read from the repository)').argParser(
      collect<string>,
    ),
  )
  .addOption(
    new Option(
      '--platform <platform>',
      `platform to install on, repeatable: ${platforms.join(', ')} (default: linux-x86_64)`,
    ).argParser(collect<string>),
  )
  .addOption(
    new Option('--resolution <which>', 'the newest versions that go together, or the oldest of what the files name')
      .choices(resolutions)
      .default('highest'),
  )
  .option('--exclude-newer <date>', 'pass over files uploaded after this date (2026-11-20) or time (RFC 3339)')
  .option('--cpu-index-url <url>', 'index of CPU builds', DEFAULT_CPU_INDEX_URL)
  .option('--index-url <url>', 'main index (default: the file’s own, pip’s settings, the public one)')
  .option('--offline', 'ask the cache and the snapshot only')
  .option('--no-sizes', 'do not work out the savings')
  .addOption(
    new Option('--format <format>', 'how to report').choices(['text', 'json', 'markdown', 'github']).default('text'),
  )
  .option('--diff-only', 'print the diff and nothing else')
  .option('--cache-dir <folder>', 'where answers of indexes are kept')
  .option('-q, --quiet', 'print errors only')
  .option('-v, --verbose', 'print more: how much was asked of the indexes, a stack with every error')
  .option('--no-progress', 'no progress line')
  .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
  .addHelpText(
    'after',
    `
Examples:
  torchpin rewrite requirements.txt
  torchpin rewrite --dry-run --diff-only . | git apply
  torchpin rewrite --python 3.12 --index-style find-links requirements.txt
  torchpin rewrite --format json requirements.txt | jq .savings.saved

Exit codes: 0 done, changed or not; 2 bad usage or input; 3 no versions satisfy the files; 4 an index failed; 130 interrupted.
Whenever the exit code is not 0, no file has changed.`,
  )
  .action(runRewrite)

async function runRewrite(paths: string[], flags: RewriteFlags): Promise<void> {
  const [
    { rewrite, save },
    { reports },
    { wantsAscii, wantsColor },
    { progressLine },
    { printable },
    { counted, formatBytes },
  ] = await Promise.all([
    import('./rewrite.ts'),
    import('./report/reports.ts'),
    import('./report/colors.ts'),
    import('./report/progress.ts'),
    import('./text/terminal.ts'),
    import('./report/bytes.ts'),
  ])
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new TorchpinError('INTERRUPTED', 'interrupted; no file has changed'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const progress = flags.progress && !flags.quiet ? progressLine(process.stderr) : undefined
  const options: Partial<Options> = {
    pin: flags.pin,
    indexStyle: flags.indexStyle,
    resolution: flags.resolution,
    ...(flags.excludeNewer === undefined ? {} : { excludeNewer: readDateLimit(flags.excludeNewer) }),
    cpuIndexUrl: flags.cpuIndexUrl,
    indexUrl: flags.indexUrl,
    offline: flags.offline ?? false,
    sizes: flags.sizes,
    cacheDir: flags.cacheDir,
    python: flags.python ?? [],
    ...(flags.platform ? { platform: flags.platform } : {}),
    signal: interruption.signal,
    onProgress: event => progress?.update(event),
    onNotice: message => {
      if (!flags.quiet) progress?.clear()
      if (!flags.quiet) process.stderr.write(`note: ${printable(message)}\n`)
    },
  }
  try {
    const fromStdin = paths.length === 1 && paths[0] === '-'
    const stdin = fromStdin ? await readStdin() : undefined
    const done = await rewrite(paths, { ...options, stdin })
    interruption.signal.throwIfAborted()
    if (!fromStdin && !flags.dryRun) await save(done)
    progress?.clear()
    if (flags.verbose && !flags.quiet)
      process.stderr.write(`note: ${counted(done.traffic.requests, 'request')}, ${formatBytes(done.traffic.bytes)}\n`)
    if (stdin) process.stdout.write(done.rewritten.find(file => file.before === stdin)?.after ?? stdin)
    const report = reports[flags.format](done.result, {
      color: wantsColor(process.stdout, process.env, flags.color),
      width: process.stdout.columns ?? 100,
      diffOnly: flags.diffOnly ?? false,
      quiet: flags.quiet ?? false,
      ascii: wantsAscii(process.env),
      terminal: process.stdout.isTTY === true,
    })
    const stream = fromStdin ? process.stderr : process.stdout
    if (!(flags.quiet && flags.format === 'text')) stream.write(report)
  } finally {
    progress?.clear()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A reader that goes away (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version come this way too, with exit code 0; everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    const { describeError } = await import('./report/error.ts')
    const { wantsColor } = await import('./report/colors.ts')
    process.stderr.write(
      describeError(error, {
        color: wantsColor(process.stderr, process.env),
        verbose: process.argv.includes('--verbose') || process.argv.includes('-v'),
      }),
    )
    process.exitCode = error instanceof TorchpinError ? error.exitCode : 1
  }
}
