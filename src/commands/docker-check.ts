import { type Command, Option } from 'commander'
import { type FixFlags, reportFixes } from './fixes.ts'
import { collect } from './index-flags.ts'
import { addOutputFlag, formatFlag } from './outputs.ts'
import { addTerminalFlags } from './terminal.ts'

interface DockerCheckFlags extends FixFlags {
  readonly context?: string
}

/** Adds `torchpin docker check`. */
export function addDockerCheck(group: Command): void {
  const command = group
    .command('check')
    .summary('find what makes an image large, or its build fail')
    .description(
      'Checks Dockerfiles and .dockerignore files: torch with CUDA, bases for GPUs, environments that do not work, caches, ' +
        'build tools that ship. Asks no index, runs nothing, and writes only with --fix',
    )
    .argument('[dockerfiles...]', 'Dockerfiles, or folders with one (default: that of the current folder)')
    .option('--fix', 'apply the fixes that are safe')
    .option('--dry-run', 'with --fix: print the diff and write nothing')
    .option('--context <folder>', 'the build context (default: the folder of the Dockerfile)')
    .addOption(new Option('--ignore <code>', 'a code not to tell, repeatable').argParser(collect))
    .optionsGroup('Report:')
    .addOption(formatFlag('docker check'))
    .option('--diff-only', 'print the diff and nothing else')
  addOutputFlag(command)
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin docker check
  torchpin docker check --fix services/api/Dockerfile --context .
  torchpin docker check --fix --dry-run --diff-only | git apply --allow-empty
  torchpin docker check --ignore build-tools-shipped --format github

A comment "# torchpin: ignore CODE" before an instruction keeps a finding away from it.
Exit codes: 0 nothing found, or notes alone; 1 errors or warnings remain; 2 bad usage or input; 70 a bug of torchpin.
torchpin explain CODE tells more of a finding.`,
    )
    .action(run)
}

async function run(paths: string[], flags: DockerCheckFlags): Promise<void> {
  const [{ checkDockerfile, saveFixes }, { dockerCheckReports }] = await Promise.all([
    import('../docker/check.ts'),
    import('../report/docker/check.ts'),
  ])
  await reportFixes(flags, dockerCheckReports, {
    check: () =>
      checkDockerfile(paths, { context: flags.context, ignore: flags.ignore ?? [], fix: flags.fix ?? false }),
    save: saveFixes,
  })
}
