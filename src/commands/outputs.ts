import { stat } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { TorchpinError } from '../contract/errors.ts'
import { reportFormats } from '../contract/options.ts'
import type { Style } from '../report/formatter.ts'
import { collect } from './index-flags.ts'
import { writeReport } from './report-file.ts'

/** The flag of a command that writes its reports to files as well. */
export interface OutputFlags {
  readonly output?: string[]
}

/** `--format` of a command. */
export function formatFlag(command: keyof typeof reportFormats, what = 'how to report'): Option {
  return new Option('--format <format>', what).choices(reportFormats[command]).default('text')
}

/** Adds `--output`, repeatable. */
export function addOutputFlag(command: Command): Command {
  return command.addOption(
    new Option(
      '--output <format=file>',
      'write a report of this run to a file as well, in place of what is there, repeatable: markdown=summary.md',
    ).argParser(collect),
  )
}

/**
 * Makes what writes the files of `--output`. A run writes them before it changes any other file, so that a report that
 * cannot be written leaves everything as it was; a run that breaks off earlier has none.
 *
 * @param reports by format, as for `--format`
 * @returns the function that writes them; it takes the paths that the run has read, since a report replaces none of these;
 *   see also `writeReport`
 * @throws TorchpinError BAD_OPTION for what is no `format=file`; when it writes, BAD_OPTION, FILE_OUTSIDE and FILE_UNWRITABLE
 */
export function outputsOf<Result, Looks extends Style>(
  { output = [] }: OutputFlags,
  reports: Readonly<Record<string, (result: Result, style: Looks) => string>>,
): (result: Result, style: Looks, read: readonly string[]) => Promise<void> {
  const outputs = output.map(given => {
    const [, format = '', file] = /^([^=]*)=(.+)$/s.exec(given) ?? []
    const report = Object.hasOwn(reports, format) ? reports[format] : undefined
    if (report && file !== undefined) return { report, file }
    throw new TorchpinError('BAD_OPTION', `--output ${given} is not a format and a file`, {
      hint: `write it as json=report.json; the formats are ${Object.keys(reports).join(', ')}`,
    })
  })
  return async (result, style, read) => {
    await refuseRead(outputs, read)
    for (const { report, file } of outputs) await writeReport(file, report(result, style))
  }
}

/** `--output text=requirements.txt` would leave a report where the requirements were. */
async function refuseRead(outputs: readonly { readonly file: string }[], read: readonly string[]): Promise<void> {
  if (outputs.length === 0) return
  // Not by name: there are hard links, and file systems to which `A` and `a` are one.
  const inode = (path: string) =>
    stat(path, { bigint: true }).then(
      ({ dev, ino }) => `${dev}:${ino}`,
      () => undefined,
    )
  const taken = new Set(await Promise.all(read.map(inode)))
  for (const { file } of outputs) {
    const own = await inode(file)
    if (own !== undefined && taken.has(own))
      throw new TorchpinError('BAD_OPTION', `--output would write its report over ${file}, which this run reads`, {
        hint: 'name another file',
      })
  }
}
