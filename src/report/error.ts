import { TorchpinError } from '../errors.ts'
import { printable } from '../text/terminal.ts'
import { painter } from './colors.ts'

/** An error for the person at the terminal: what happened, and what to do. One that torchpin does not know is a bug and shows its stack. */
export function describeError(
  error: unknown,
  { color, verbose }: { readonly color: boolean; readonly verbose: boolean },
): string {
  const paint = painter(color)
  const lines = (text: string) => text.split('\n').map(printable).join('\n')
  if (error instanceof TorchpinError) {
    const stack = verbose
      ? `\n${lines(error.stack ?? '')}${error.cause instanceof Error ? `\ncaused by ${lines(error.cause.stack ?? error.cause.message)}` : ''}`
      : ''
    const hint = error.hint ? `\n${paint('cyan', 'hint')}: ${lines(error.hint)}` : ''
    return `${paint('red', 'error')}: ${lines(error.message)}${hint}${stack}\n`
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${paint('red', 'error')}: this is a bug in torchpin; no file has changed\n${lines(told)}\n${paint('cyan', 'hint')}: report it with the lines above and the file that shows it\n`
}
