import { type Command, Option } from 'commander'
import { readLimit } from '../budget.ts'
import { type Options, pinModes, readDateLimit } from '../options.ts'
import {
  addFileFlags,
  addIndexFlags,
  addTargetFlags,
  type FileFlags,
  type IndexFlags,
  type TargetFlags,
  toOptions,
} from './index-flags.ts'
import { addOutputFlag, type OutputFlags, outputsOf } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, readStdin, type TerminalFlags } from './terminal.ts'

interface CheckFlags extends FileFlags, TargetFlags, IndexFlags, OutputFlags, TerminalFlags {
  readonly pin: Options['pin']
  readonly excludeNewer?: string
  readonly maxDownload?: string
  readonly maxInstalled?: string
  readonly sizes: boolean
  readonly format: 'text' | 'json' | 'markdown' | 'github' | 'sarif'
}

/** Adds `torchpin check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .summary('fail where files would install CUDA or break a budget')
    .description(
      'Says what is wrong with requirements files: what rewrite would change, CUDA that they install, budgets. Writes nothing',
    )
    .argument('[paths...]', 'requirements files or folders; - reads standard input')
    .option('--max-download <size>', 'most that an install of the files may download: 800MB, 1.5GB, 1GiB')
    .option('--max-installed <size>', 'most that it may take on disk, with the bytecode that pip writes')
    .addOption(new Option('--pin <what>', 'which lines need ==, as for rewrite').choices(pinModes).default('ranges'))
  addTargetFlags(command).option(
    '--exclude-newer <date>',
    'pass over files uploaded after this date (2026-11-20) or time (RFC 3339)',
  )
  addFileFlags(command)
  addIndexFlags(command)
    .optionsGroup('Report:')
    .option('--no-sizes', 'do not work out bytes, unless a budget asks for them')
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'markdown', 'github', 'sarif'])
        .default('text'),
    )
  addOutputFlag(command)
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin check requirements.txt
  torchpin check --max-download 800MB --max-installed 2.5GB .
  torchpin check --format github .
  torchpin check --output sarif=torchpin.sarif --output json=torchpin.json .
  torchpin check --format json . | jq -r '.findings[].code'

Exit codes: 0 nothing found; 1 something found; 2 bad usage or input; 3 no versions satisfy the files; 4 an index failed;
70 a bug of torchpin.
torchpin explain CODE tells more of a finding.`,
    )
    .action(run)
}

async function run(paths: string[], flags: CheckFlags): Promise<void> {
  const [{ check }, { checkReports }] = await Promise.all([import('../check.ts'), import('../report/check-reports.ts')])
  const writeOutputs = outputsOf(flags, checkReports)
  await inTerminal(flags, async ({ signal, onProgress, onNotice, styleFor, fileStyle }) => {
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
    signal.throwIfAborted()
    await writeOutputs(
      result,
      fileStyle,
      result.files.map(({ path }) => path),
    )
    await print(checkReports[flags.format](result, styleFor(process.stdout)))
    if (!result.ok) process.exitCode = 1
  })
}
