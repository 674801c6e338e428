import { type Command, Option } from 'commander'
import type { AuditOptions } from '../audit/audit.ts'
import type { ReportFormat } from '../contract/options.ts'
import { readLimit } from '../contract/results/budget.ts'
import { collect } from './index-flags.ts'
import { addOutputFlag, formatFlag, type OutputFlags, outputsOf } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, standardInput, type TerminalFlags } from './terminal.ts'

interface AuditFlags extends OutputFlags, TerminalFlags {
  readonly maxSize?: string
  readonly maxLayer?: string
  readonly accept?: readonly string[]
  readonly image?: string
  readonly platform?: AuditOptions['platform']
  readonly format: ReportFormat<'audit'>
}

/** Adds `torchpin audit`. */
export function addAudit(program: Command): void {
  const command = program
    .command('audit')
    .summary('find CUDA in an environment or an image, whose it is and what it weighs')
    .description(
      'Finds CUDA, ROCm and triton in what ships: whose it is, what it weighs, in which layer. Nothing is unpacked or run',
    )
    .argument(
      '<path>',
      'a virtual environment, a site-packages folder, an unpacked root file system, an image (docker save or OCI, as an archive or a folder); - reads an archive from standard input',
    )
    .option(
      '--max-size <size>',
      'most bytes in all: of an image what its layers ship, unpacked, of a folder its files; 2GB, 1.5GiB',
    )
    .option('--max-layer <size>', 'most bytes of one layer, unpacked')
    .option(
      '--accept <package>',
      'tell what this package carries for GPUs, and do not fail for it; repeatable',
      collect,
    )
    .option('--image <tag>', 'which image of an archive of several: app:latest')
    .addOption(
      new Option('--platform <platform>', 'which one of an image for several (default: linux-x86_64)').choices([
        'linux-x86_64',
        'linux-aarch64',
      ]),
    )
    .optionsGroup('Report:')
    .addOption(formatFlag('audit'))
  addOutputFlag(command)
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin audit .venv
  torchpin audit --max-size 2GB app.tar
  torchpin audit --accept ctranslate2 .venv
  docker save app:latest | torchpin audit --max-size 2GB --max-layer 1GB -
  skopeo copy docker://example.org/app:1 oci-archive:app.tar && torchpin audit --platform linux-aarch64 app.tar
  torchpin audit --format json .venv | jq .accelerator

Sizes are unpacked bytes; a file with several names counts once. An image has two: what is there in the end, and what its
layers ship, whether a later one deletes it or not, which is how Docker counts and what --max-size limits.

Exit codes: 0 nothing found; 1 something for GPUs ships, or a limit is exceeded; 2 bad usage or unreadable input;
70 a bug of torchpin.
torchpin explain CODE tells more of a finding.`,
    )
    .action(run)
}

async function run(path: string, flags: AuditFlags): Promise<void> {
  const [{ audit }, { auditReports }] = await Promise.all([
    import('../audit/audit.ts'),
    import('../report/audit/reports.ts'),
  ])
  const writeOutputs = outputsOf(flags, auditReports)
  await inTerminal(flags, async ({ signal, onProgress, styleFor, fileStyle }) => {
    const result = await audit(path, {
      image: flags.image,
      platform: flags.platform,
      maxSize: readLimit(flags.maxSize, 'max-size'),
      maxLayer: readLimit(flags.maxLayer, 'max-layer'),
      stdin: path === '-' ? standardInput(signal) : undefined,
      ...(flags.accept && { accept: flags.accept }),
      signal,
      onProgress,
    })
    signal.throwIfAborted()
    const verbose = flags.verbose ?? false
    await writeOutputs(result, { ...fileStyle, verbose }, [path])
    const style = { ...styleFor(process.stdout), verbose }
    await print(auditReports[flags.format](result, style))
    if (!result.ok) process.exitCode = 1
  })
}
