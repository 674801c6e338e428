import type { Style } from '../report/formatter.ts'
import { type OutputFlags, outputsOf } from './outputs.ts'
import { inTerminal, print, type Terminal, type TerminalFlags } from './terminal.ts'

/** Flags of a command that fixes what it finds. */
export interface FixFlags extends OutputFlags, TerminalFlags {
  readonly fix?: boolean
  readonly dryRun?: boolean
  readonly ignore?: string[]
  readonly format: 'text' | 'json' | 'markdown' | 'github' | 'sarif'
  readonly diffOnly?: boolean
}

/** What a check found in which files, and the fixes, which are not written yet. */
interface Checked {
  readonly result: { readonly ok: boolean; readonly files: readonly { readonly path: string }[] }
}

/** How a command checks, and how it writes its fixes. */
interface FixingCheck<Done> {
  readonly check: (terminal: Terminal) => Promise<Done>
  readonly save: (done: Done) => Promise<void>
}

/** Reports what a check finds, writes its fixes unless `--dry-run`, and fails where something is left. */
export async function reportFixes<Done extends Checked>(
  flags: FixFlags,
  reports: Readonly<
    Record<FixFlags['format'], (result: Done['result'], style: Style & { readonly diffOnly?: boolean }) => string>
  >,
  { check, save }: FixingCheck<Done>,
): Promise<void> {
  const writeOutputs = outputsOf(flags, reports)
  await inTerminal(flags, async terminal => {
    const done = await check(terminal)
    await writeOutputs(
      done.result,
      terminal.fileStyle,
      done.result.files.map(({ path }) => path),
    )
    const style = { ...terminal.styleFor(process.stdout), diffOnly: flags.diffOnly ?? false }
    await print(reports[flags.format](done.result, style))
    terminal.signal.throwIfAborted()
    if (!flags.dryRun) await save(done)
    if (!done.result.ok) process.exitCode = 1
  })
}
