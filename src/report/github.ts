import type { RewriteResult } from '../result.ts'

/** Workflow commands: each finding as an annotation at its line. */
export function githubReport({ files }: RewriteResult): string {
  const commands = { error: 'error', warning: 'warning', info: 'notice' } as const
  return files
    .flatMap(({ path, diagnostics, changes }) => [
      ...diagnostics.map(({ level, line, code, message, hint }) =>
        command(commands[level], path, line, code, hint ? `${message}. ${hint}` : message),
      ),
      ...changes.map(({ action, line, from, to, reason }) =>
        command(
          'notice',
          path,
          line,
          `torchpin ${action}`,
          `${from || 'nothing'} becomes ${to || 'nothing'}: ${reason}`,
        ),
      ),
    ])
    .join('')
}

function command(name: string, file: string, line: number, title: string, message: string): string {
  const value = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const property = (text: string) => value(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return `::${name} file=${property(file)},line=${line},title=${property(title)}::${value(message)}\n`
}
