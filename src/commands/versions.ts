import { type Command, Option } from 'commander'
import { choices, type ReportFormat } from '../contract/options.ts'
import { minorOf } from '../project-files/python-facts.ts'
import { addCpuIndexFlags, type CpuIndexFlags, collect, type TargetFlags } from './index-flags.ts'
import { formatFlag } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, type TerminalFlags } from './terminal.ts'

interface VersionsFlags extends TargetFlags, CpuIndexFlags, TerminalFlags {
  readonly limit?: number
  readonly all?: boolean
  readonly pre?: boolean
  readonly format: ReportFormat<'versions'>
}

/** Releases that a person is shown; a program gets them all. */
const SHOWN = 10

/** Adds `torchpin versions`. */
export function addVersions(program: Command): void {
  const command = program
    .command('versions')
    .summary('list the releases that have CPU wheels')
    .description(
      'Lists the releases of torch or a package beside it that have CPU wheels, and which go with each other',
    )
    .argument('[package]', 'torch, torchvision, torchaudio, torchtext, torchcodec, or what else the index has', 'torch')
    .addOption(
      new Option(
        '--python <version>',
        'only releases for this Python, repeatable; 3.13t is free-threaded (default: what the repository states)',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '--platform <platform>',
        `only releases for this platform, repeatable: ${choices.platform.join(', ')}`,
      ).argParser(collect),
    )
    .addOption(
      new Option('--limit <number>', `the newest so many (default: ${SHOWN}; all with --format json)`).argParser(
        Number,
      ),
    )
    .addOption(new Option('--all', 'all releases').conflicts('limit'))
    .option('--pre', 'pre-releases too')
  addCpuIndexFlags(command).addOption(formatFlag('versions'))
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin versions
  torchpin versions torchvision --python 3.13
  torchpin versions torch --python 3.14 --platform linux-aarch64
  torchpin versions --format json | jq -r '.releases[0].version'

Exit codes: 0 found; 2 bad usage, no such package; 3 no release for this Python and platform; 4 the index failed;
70 a bug of torchpin; 130 interrupted.`,
    )
    .action(run)
}

async function run(name: string, flags: VersionsFlags): Promise<void> {
  const [{ versions }, { versionsReports }] = await Promise.all([
    import('../versions/versions.ts'),
    import('../report/versions/reports.ts'),
  ])
  await inTerminal(flags, async ({ signal, onNotice, styleFor }) => {
    const result = await versions(name, {
      python: flags.python ?? (await statedHere(onNotice)),
      platform: flags.platform ?? [],
      prereleases: flags.pre ?? false,
      limit: flags.limit ?? (flags.all || flags.format === 'json' ? undefined : SHOWN),
      cpuIndexUrl: flags.cpuIndexUrl,
      offline: flags.offline ?? false,
      cacheDir: flags.cacheDir,
      signal,
      onNotice,
    })
    const report = versionsReports[flags.format](result, styleFor(process.stdout))
    if (!(flags.quiet && flags.format === 'text')) await print(report)
  })
}

/** The Pythons that the repository around the current folder states, as `rewrite` reads them. */
async function statedHere(onNotice: (message: string) => void): Promise<string[]> {
  const { pythonsAround } = await import('../project-files/stated-pythons.ts')
  const cwd = process.cwd()
  const { stated } = await pythonsAround(cwd, { cwd })
  if (stated.length > 0) {
    const each = stated.map(({ python, source }) => `Python ${python} (${source})`)
    onNotice(`only releases for ${each.join(', ')}, which this repository states; --python asks for another`)
  }
  return [...new Set(stated.map(({ python }) => minorOf(python)))]
}
