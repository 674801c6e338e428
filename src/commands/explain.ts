import { type Command, Option } from 'commander'
import { version } from '../version.ts'
import { addTerminalFlags, inTerminal, print, readStdin, type TerminalFlags } from './terminal.ts'

interface ExplainFlags extends TerminalFlags {
  readonly format: 'text' | 'json' | 'markdown'
}

/** Adds `torchpin explain`. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('what a code, or an error of pip, uv or Python, means')
    .description('Tells what a code means and what to do, or finds the page for an error message of pip, uv or Python')
    .argument('[what...]', 'a code, or words of a message; - reads the message from standard input; none: all codes')
    .optionsGroup('Report:')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'))
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
  const [{ explain, explanations }, report] = await Promise.all([
    import('../explain.ts'),
    import('../report/explanation.ts'),
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
