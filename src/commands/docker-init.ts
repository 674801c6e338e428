import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ReportFormat } from '../contract/options.ts'
import { bases, installers } from '../docker/init/choices.ts'
import type { DockerInitOptions } from '../docker/init.ts'
import { formatFlag } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, type TerminalFlags } from './terminal.ts'

interface InitFlags extends TerminalFlags, Omit<DockerInitOptions, 'cwd'> {
  readonly dryRun?: boolean
  readonly format: ReportFormat<'docker init'>
}

/** Adds `torchpin docker init`. */
export function addDockerInit(docker: Command): void {
  const command = docker
    .command('init')
    .summary('write a Dockerfile and a .dockerignore for a repository')
    .description(
      'Reads how a repository is installed and started, and writes a Dockerfile and a .dockerignore. It runs nothing; what it cannot know it asks for in a comment',
    )
    .argument('[folder]', 'the project that the image is made of', '.')
    .option('--dry-run', 'write nothing, print both files as a diff')
    .option('--force', 'replace the files that are there')
    .option('--python <version>', 'Python of the image (default: read from the repository)')
    .option('--entry-point <command>', 'what the image starts, as in a shell: "uvicorn app:app"')
    .option('--port <number>', 'port that it listens on', readPort)
    .addOption(new Option('--base <variant>', 'variant of the official Python image').choices(bases))
    .addOption(
      new Option('--installer <tool>', 'what installs (default: read from the repository)').choices(installers),
    )
    .optionsGroup('Report:')
    .addOption(formatFlag('docker init'))
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin docker init
  torchpin docker init --dry-run services/api
  torchpin docker init --python 3.12 --entry-point "uvicorn app.main:app --host 0.0.0.0 --port 8000"
  torchpin docker init --force --format json | jq '.findings'

Exit codes: 0 written, or nothing to write; 2 bad usage or input, or both files are there and --force is not given;
70 a bug of torchpin.
Whenever the exit code is not 0, no file has changed.`,
    )
    .action(run)
}

async function run(folder: string, flags: InitFlags): Promise<void> {
  const [{ initDocker, saveDocker }, { dockerInitReports }] = await Promise.all([
    import('../docker/init.ts'),
    import('../report/docker/init.ts'),
  ])
  await inTerminal(flags, async ({ signal, onNotice, styleFor }) => {
    const done = await initDocker(folder, flags)
    for (const { code, message, hint } of done.result.findings)
      if (code === 'init-torch-not-cpu-only') onNotice(`${message}; ${hint}`)
    await print(dockerInitReports[flags.format](done.result, styleFor(process.stdout), flags.dryRun ?? false))
    signal.throwIfAborted()
    if (!flags.dryRun) await saveDocker(done)
  })
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is no number.')
}
