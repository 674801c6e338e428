import { type Command, Option } from 'commander'
import { TorchpinError } from '../contract/errors.ts'
import { choices, type Options, type ReportFormat, readDateLimit } from '../contract/options.ts'
import { readLimit } from '../contract/results/budget.ts'
import { unrepeatable } from '../files/machine/run-notes.ts'
import type { Style } from '../report/formatter.ts'
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
import { addTerminalFlags, inTerminal, print, readStdin, type Terminal, type TerminalFlags } from './terminal.ts'

interface CheckFlags extends FileFlags, TargetFlags, IndexFlags, OutputFlags, TerminalFlags {
  readonly pin: Options['pin']
  readonly excludeNewer?: string
  readonly maxDownload?: string
  readonly maxInstalled?: string
  readonly against?: string
  readonly maxGrowthDownload?: string
  readonly maxGrowthInstalled?: string
  readonly sizes: boolean
  readonly format: ReportFormat<'check'>
}

/** Adds `torchpin check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .summary('fail where files would install CUDA or break a budget')
    .description(
      'Says what is wrong with requirements files, uv projects and their locks: what rewrite would change, CUDA that they install, budgets. Writes nothing, and starts no uv',
    )
    .argument('[paths...]', 'requirements files, pyproject.toml, scripts or folders; - reads standard input')
    .option('--max-download <size>', 'most that an install of the files may download: 800MB, 1.5GB, 1GiB')
    .option('--max-installed <size>', 'most that it may take on disk, with the bytecode that pip writes')
    .option(
      '--against <side>',
      'what lock files and requirements files add to another side: a revision of git, or another lock file',
    )
    .option('--max-growth-download <size>', 'with --against, most that a download may grow: 50MB')
    .option('--max-growth-installed <size>', 'with --against, most that what lies on the disk may grow')
    .addOption(new Option('--pin <what>', 'which lines need ==, as for rewrite').choices(choices.pin).default('ranges'))
  addTargetFlags(command).option(
    '--exclude-newer <date>',
    'pass over files uploaded after this date (2026-11-20) or time (RFC 3339)',
  )
  addFileFlags(command)
  addIndexFlags(command)
    .optionsGroup('Report:')
    .option('--no-sizes', 'do not work out bytes, unless a budget asks for them')
    .addOption(formatFlag('check'))
  addOutputFlag(command)
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin check requirements.txt
  torchpin check --max-download 800MB --max-installed 2.5GB .
  torchpin check --extra train --group eval pyproject.toml
  torchpin check --format github .
  torchpin check --output sarif=torchpin.sarif --output json=torchpin.json .
  torchpin check --against origin/main --max-growth-download 50MB uv.lock
  torchpin check --format json . | jq -r '.findings[].code'

Exit codes: 0 nothing found; 1 something found; 2 bad usage or input; 3 no versions satisfy the files; 4 an index failed;
70 a bug of torchpin.
torchpin explain CODE tells more of a finding.`,
    )
    .action(run)
}

async function run(paths: string[], flags: CheckFlags, command: Command): Promise<void> {
  if (flags.against !== undefined) return runGate(paths, flags, flags.against)
  refuseWithoutAgainst(command)
  const [{ check }, { checkReports }] = await Promise.all([import('../check/check.ts'), import('../report/check.ts')])
  await reported(flags, checkReports, async ({ signal, onProgress, onNotice }) => {
    const result = await check(paths, {
      ...toOptions(flags),
      pin: flags.pin,
      ...(flags.excludeNewer === undefined ? {} : { excludeNewer: readDateLimit(flags.excludeNewer) }),
      sizes: flags.sizes,
      maxDownload: readLimit(flags.maxDownload, 'max-download'),
      maxInstalled: readLimit(flags.maxInstalled, 'max-installed'),
      stdin: paths.length === 1 && paths[0] === '-' ? await readStdin(signal) : undefined,
      signal,
      onProgress,
      onNotice,
    })
    return { result, read: result.files.map(({ path }) => path) }
  })
}

/** `check --against`: a story of its own, about what a change adds. */
async function runGate(paths: string[], flags: CheckFlags, against: string): Promise<void> {
  unrepeatable('the other side was read')
  const [{ gate }, { gateReports }] = await Promise.all([import('../check/gate/gate.ts'), import('../report/gate.ts')])
  await reported(flags, gateReports, async ({ signal, onProgress, onNotice }) => {
    const result = await gate(paths, {
      ...toOptions(flags),
      ...(flags.excludeNewer === undefined ? {} : { excludeNewer: readDateLimit(flags.excludeNewer) }),
      against,
      maxGrowthDownload: readLimit(flags.maxGrowthDownload, 'max-growth-download'),
      maxGrowthInstalled: readLimit(flags.maxGrowthInstalled, 'max-growth-installed'),
      signal,
      onProgress,
      onNotice,
    })
    return { result, read: result.locks.map(({ path }) => path) }
  })
}

/** What a story found, and the paths of the files that it read. */
interface Found<Result> {
  readonly result: Result
  readonly read: readonly string[]
}

/** Reports what a story finds, and fails if it finds something. */
async function reported<Result extends { readonly ok: boolean }>(
  flags: CheckFlags,
  reports: Readonly<Record<CheckFlags['format'], (result: Result, style: Style) => string>>,
  story: (terminal: Terminal) => Promise<Found<Result>>,
): Promise<void> {
  const writeOutputs = outputsOf(flags, reports)
  await inTerminal(flags, async terminal => {
    const { result, read } = await story(terminal)
    terminal.signal.throwIfAborted()
    await writeOutputs(result, terminal.fileStyle, read)
    await print(reports[flags.format](result, terminal.styleFor(process.stdout)))
    if (!result.ok) process.exitCode = 1
  })
}

const ofTheGate = ['maxGrowthDownload', 'maxGrowthInstalled'] as const

/** A budget that is held against nothing would never fail. One that is a setting waits for a run with --against. */
function refuseWithoutAgainst(command: Command): void {
  const given = ofTheGate.find(name => command.getOptionValueSource(name) === 'cli')
  if (given === undefined) return
  const flag = given.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  throw new TorchpinError('BAD_OPTION', `--${flag} counts with --against alone`, {
    hint: 'name what the files are compared with: --against origin/main',
    flag,
  })
}
