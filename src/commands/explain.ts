import type { Command } from 'commander'
import type { ReportFormat } from '../contract/options.ts'
import { version } from '../contract/version.ts'
import { formatFlag } from './outputs.ts'
import { addTerminalFlags, inTerminal, print, readStdin, type TerminalFlags } from './terminal.ts'

interface ExplainFlags extends TerminalFlags {
  readonly format: ReportFormat<'explain'>
}

/** Adds `torchpin explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('what a code, or an error of pip, uv or Python, means')
    .description('Tells what a code means and what to do, or finds the page for an error message of pip, uv or Python')
    .argument('[what...]', 'a code, or words of a message; - reads the message from standard input; none: all codes')
    .optionsGroup('Report:')
    .addOption(formatFlag('explain', 'how to print'))
  addTerminalFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  torchpin explain
  torchpin explain uv-first-index
  torchpin explain "Numpy is not available"
  pip install -r requirements.txt 2>&1 | torchpin explain -

Exit codes: 0 explained; 2 nothing is known about it; 70 a bug of torchpin.`,
    )
    .action(run)
}

async function run(what: string[], flags: ExplainFlags): Promise<void> {
  const [{ explanations }, { explain }, report] = await Promise.all([
    import('../contract/codes/codes.ts'),
    import('../explain/explain.ts'),
    import('../report/explain.ts'),
  ])
  await inTerminal(flags, async ({ signal, styleFor }) => {
    const asked =
      what.length === 1 && what[0] === '-' ? Buffer.from(await readStdin(signal)).toString() : what.join(' ')
    const pages = what.length === 0 ? explanations() : explain(asked)
    const style = styleFor(process.stdout)
    const printed = {
      text: () => (what.length === 0 ? report.codeList(pages, style) : report.explanationText(pages, style)),
      json: () => report.explanationJson(pages, version),
      markdown: () => pages.map(report.explanationMarkdown).join('\n'),
    }
    await print(printed[flags.format]())
  })
}
