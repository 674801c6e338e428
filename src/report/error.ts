import { TorchpinError } from '../contract/errors.ts'
import { version } from '../contract/version.ts'
import { withoutSecrets } from '../text/secrets.ts'
import { printable } from '../text/terminal.ts'
import { formatterFor, type Style } from './formatter.ts'

/** Causes shown; deeper ones explain nothing to a person. */
const DEEPEST = 8

/** How an error is to look. */
export interface ErrorStyle extends Pick<Style, 'color' | 'width' | 'terminal'> {
  /** Show where in the code it arose. */
  readonly verbose: boolean
}

/**
 * An error for the person at the terminal, with a line end: its code, what happened, why, and what to do.
 * Any error but a TorchpinError is a bug: its stack is shown, without text that it quotes, and what to put into a report.
 */
export function describeError(error: unknown, { verbose, ...style }: ErrorStyle): string {
  const { paint, prose } = formatterFor({ ascii: false, ...style })
  const bug = !(error instanceof TorchpinError)
  const message = bug ? 'this is a bug in torchpin; no file has changed' : error.message
  const causes = bug ? [] : causesOf(error)
  const hint = bug
    ? 'report it with these lines and the command; not with a file or a secret: a line like the one that shows it is enough'
    : error.hint
  return [
    `${paint('red', bug ? 'error' : `error[${error.code}]`)}: ${lines(message)}`,
    ...(causes.length > 0 ? [`  ${paint('dim', 'because')}: ${lines(causes.join(': '))}`] : []),
    ...(bug ? [bugStack(error)] : verbose ? [lines(stackOf(error)), ...causeStacks(error)] : []),
    ...(hint === undefined ? [] : [`${paint('cyan', 'hint')}: ${lines(hint)}`]),
  ]
    .flatMap(text => text.split('\n'))
    .map(line => `${prose(line)}\n`)
    .join('')
}

/** The messages of the causes, from the nearest to the root, without those that only repeat an earlier one. */
function causesOf(error: Error): string[] {
  const messages: string[] = []
  let before = error.message
  for (const cause of chain(error)) {
    const message = messageOf(cause)
    if (message !== '' && !before.includes(message)) messages.push(message)
    before = `${before}\n${message}`
  }
  return messages
}

/** Where a bug arose, and in which release. What an error quotes (JSON.parse does) may be the content of a file. */
function bugStack(error: unknown): string {
  const stacks = [lines(stackOf(error)), ...causeStacks(error)].map(stack => stack.replace(/".*"/s, '"…"'))
  return [...stacks, `torchpin ${version}, Node ${process.versions.node}, ${process.platform}-${process.arch}`].join(
    '\n',
  )
}

function causeStacks(error: unknown): string[] {
  return chain(error).map(cause => `caused by ${lines(stackOf(cause))}`)
}

/** The causes of an error; a circle of them is gone round once. */
function chain(error: unknown): unknown[] {
  const causes: unknown[] = []
  let at = error
  while (at instanceof Error && at.cause !== undefined && causes.length < DEEPEST && !causes.includes(at.cause)) {
    causes.push(at.cause)
    at = at.cause
  }
  return causes
}

/** For a host with two addresses, Node lists each failed attempt below an error without a message. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '')
    return [...new Set(cause.errors.map(messageOf))].join(', ')
  if (cause instanceof Error) return cause.message || (cause as NodeJS.ErrnoException).code || cause.name
  return String(cause)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack || `${error.name}: ${error.message}` : `thrown: ${String(error)}`
}

/** Foreign text made safe line by line; an error of a library may contain a whole URL. */
const lines = (text: string): string => withoutSecrets(text).split('\n').map(printable).join('\n')
