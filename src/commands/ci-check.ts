import { type Command, Option } from 'commander'
import { type FixFlags, reportFixes } from './fixes.ts'
import { addCpuIndexFlags, collect, type IndexFlags } from './index-flags.ts'
import { addOutputFlag } from './outputs.ts'
import { addTerminalFlags } from './terminal.ts'

interface CiCheckFlags extends IndexFlags, FixFlags {
  readonly exclude?: string[]
}

/** Adds `torchpin ci check`. */
export function addCiCheck(group: Command): void {
  const command = group
    .command('check')
    .summary('find install commands that put CUDA on runners without a GPU')
    .description(
      'Finds install commands in workflows, composite actions, Dockerfiles, Makefiles, justfiles, tox.ini, noxfiles and shell ' +
        'scripts, resolves what they install for the Python of their job, and says which put CUDA on a machine without a GPU. ' +
        'Runs nothing of the repository, and writes only with --fix',
    )
    .argument('[paths...]', 'files, or folders: every such file below (default: the current folder)')
    .option('--fix', 'apply the fixes that are safe')
    .option('--dry-run', 'with --fix: print the diff and write nothing')
    .addOption(new Option('--ignore <code>', 'a code not to tell, repeatable').argParser(collect))
    .addOption(
      new Option(
        '--exclude <pattern>',
        'leave out of folders what a .gitignore with this line would, repeatable',
      ).argParser(collect),
    )
  addCpuIndexFlags(command)
    .option('--index-url <url>', 'main index (default: that of the command, pip’s settings, the public one)')
    .optionsGroup('Report:')
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'markdown', 'github', 'sarif'])
        .default('text'),
    )
    .option('--diff-only', 'print the diff and nothing else')
  addOutputFlag(command)
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin ci check
  torchpin ci check --fix .github
  torchpin ci check --fix --dry-run --diff-only | git apply
  torchpin ci check scripts/install.sh
  torchpin ci check --format github

Scripts, Makefiles and the like count where a job runs them; one that is named is taken to run on a CPU.
Exit codes: 0 nothing found, or notes alone; 1 errors or warnings remain; 2 bad usage or input; 70 a bug of torchpin.
torchpin explain CODE tells more of a finding.`,
    )
    .action(run)
}

async function run(paths: string[], flags: CiCheckFlags): Promise<void> {
  const [{ checkCi, saveCiFixes }, { ciCheckReports }] = await Promise.all([
    import('../ci/check.ts'),
    import('../report/ci-check.ts'),
  ])
  await reportFixes(flags, ciCheckReports, {
    check: ({ signal, onNotice, onProgress }) =>
      checkCi(paths, {
        cpuIndexUrl: flags.cpuIndexUrl,
        indexUrl: flags.indexUrl,
        offline: flags.offline ?? false,
        cacheDir: flags.cacheDir,
        exclude: flags.exclude ?? [],
        ignore: flags.ignore ?? [],
        fix: flags.fix ?? false,
        signal,
        onNotice,
        onProgress,
      }),
    save: saveCiFixes,
  })
}
