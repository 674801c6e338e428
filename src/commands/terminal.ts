import { type Command, Option } from 'commander'
import { TorchpinError } from '../contract/errors.ts'
import type { Progress } from '../contract/options.ts'
import { beginShortRun } from '../files/machine/engine.ts'
import { note, unrepeatable } from '../files/machine/run-notes.ts'
import { processVariables } from '../files/machine/variables.ts'
import { LARGEST_TEXT } from '../files/regular-file.ts'
import { formatterFor, type Style } from '../report/formatter.ts'
import { progressLine } from '../report/progress.ts'
import { styleFor } from '../report/style.ts'
import { firstTime } from '../text/lists.ts'
import { printable } from '../text/terminal.ts'

/** Flags of every command that works for a while or prints a report. */
export interface TerminalFlags {
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly progress: boolean
  readonly color: 'auto' | 'always' | 'never'
}

/** The terminal that a command runs in. */
export interface Terminal {
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal
  readonly onProgress: (event: Progress) => void
  /** A line on standard error, unless `--quiet`. */
  readonly onNotice: (message: string) => void
  /** The same about this run alone: it is not repeated where the answer is given again without a run. */
  readonly onTraffic: (message: string) => void
  /** How a report should look on a stream. */
  styleFor(stream: NodeJS.WriteStream): Style
  /** How a report should look in a file. */
  readonly fileStyle: Style
}

/** Adds `--quiet`, `--verbose`, `--no-progress` and `--color`. */
export function addTerminalFlags(command: Command): Command {
  return command
    .optionsGroup('Report:')
    .option('-q, --quiet', 'print errors only')
    .option(
      '-v, --verbose',
      'print more: packages of several units, how much was asked of the indexes, a stack with every error',
    )
    .option('--no-progress', 'no progress line')
    .addOption(new Option('--color <when>', 'colour the report').choices(['auto', 'always', 'never']).default('auto'))
}

/**
 * Runs the work of a command with a progress line on standard error, which is gone when the work ends, with notices there, and
 * with a signal that ends it cleanly at Ctrl-C.
 */
export async function inTerminal(
  { quiet = false, verbose = false, progress: wanted, color }: TerminalFlags,
  work: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const { folderInRepository } = await import('../files/folders.ts')
  const folder = await folderInRepository(process.cwd())
  const interruption = new AbortController()
  const interrupt = () => interruption.abort(new TorchpinError('INTERRUPTED', 'interrupted; no file has changed'))
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const progress = wanted && !quiet ? progressLine(process.stderr) : undefined
  const isNew = firstTime()
  const looks = { env: processVariables(), platform: process.platform }
  const { prose } = formatterFor(styleFor(process.stderr, looks, color))
  const lineOf = (message: string) => `${prose(`note: ${printable(message)}`)}\n`
  const notice = (message: string, again: (line: string) => string) => {
    // A thousand sets of files may give the same notice.
    if (quiet || !isNew(message)) return
    progress?.clear()
    printNotice(lineOf(message), again)
  }
  if (verbose && !quiet) note({ note: 'printed', stream: 'stderr', text: '', again: lineOf('from the last run') })
  beginShortRun()
  try {
    await work({
      signal: interruption.signal,
      onProgress: event => progress?.update(event),
      onNotice: message => notice(message, line => line),
      onTraffic: message => notice(message, () => ''),
      styleFor(stream) {
        progress?.clear()
        return { ...styleFor(stream, looks, color), diffOnly: false, quiet, verbose, folder }
      },
      fileStyle: {
        color: false,
        width: 100,
        diffOnly: false,
        quiet: false,
        verbose,
        ascii: false,
        terminal: false,
        folder,
      },
    })
  } finally {
    progress?.clear()
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

function printNotice(line: string, again: (line: string) => string): void {
  process.stderr.write(line)
  note({ note: 'printed', stream: 'stderr', text: line, again: again(line) })
}

/**
 * Writes to standard output, and waits until it is out, so that a report printed before files are written is not lost while they
 * change. A reader that goes away (`| head`) is no error.
 *
 * @throws TorchpinError OUTPUT_UNWRITABLE
 */
export async function print(text: string | Uint8Array): Promise<void> {
  try {
    await new Promise<void>((done, failed) => process.stdout.write(text, error => (error ? failed(error) : done())))
    if (typeof text === 'string') note({ note: 'printed', stream: 'stdout', text, again: text })
    else unrepeatable('bytes were printed, which come from standard input')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EPIPE') return unrepeatable('nobody read the report to its end')
    throw new TorchpinError('OUTPUT_UNWRITABLE', `standard output cannot be written (${code ?? cause})`, { cause })
  }
}

/**
 * Standard input, which fails with the signal's reason when that is aborted: nothing else ends a wait for a person, or for the
 * other end of a pipe.
 */
export function standardInput(signal: AbortSignal): AsyncIterable<Uint8Array> {
  unrepeatable('standard input was read')
  signal.addEventListener('abort', () => process.stdin.destroy(signal.reason), { once: true })
  return process.stdin
}

/**
 * All of {@link standardInput}, in bytes.
 * @throws TorchpinError FILE_UNREADABLE for more than a file may have
 */
export async function readStdin(signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of standardInput(signal)) {
    length += chunk.length
    if (length > LARGEST_TEXT)
      throw new TorchpinError('FILE_UNREADABLE', `standard input is larger than ${LARGEST_TEXT / 2 ** 20} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
