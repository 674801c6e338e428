import type { Finding } from '../contract/results/rewrite.ts'
import { firstOfEach, moreLikeIt } from '../text/of-a-kind.ts'
import { printable } from '../text/terminal.ts'

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const

/** What a command found, as annotations, and last its verdict: an error where it fails the run. */
export function verdictCommands(
  title: string,
  { findings, ok }: { readonly findings: readonly Finding[]; readonly ok: boolean },
  verdict: string,
): string {
  return findingCommands(findings) + command(ok ? 'notice' : 'error', { title }, verdict)
}

/** Findings as annotations, errors first. */
export function findingCommands(findings: readonly Finding[]): string {
  const levels = Object.keys(commands)
  const { shown, more } = firstOfEach(
    findings.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)),
    ({ code }) => code,
  )
  const counted = more.map(({ like: { level, code }, count }) =>
    command(commands[level], { title: code }, `${moreLikeIt(count)}; --format json shows all`),
  )
  return shown.map(findingCommand).join('') + counted.join('')
}

function findingCommand({ path, code, level, line, column, message, hint }: Finding): string {
  const place = {
    file: path,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { col: column }),
  }
  return command(commands[level], { ...place, title: code }, hint === undefined ? message : `${message}\nhint: ${hint}`)
}

/**
 * `::warning file=requirements.txt,line=3,title=…::message`, escaped as the runner undoes it:
 * `%`, CR and LF everywhere, `:` and `,` in properties as well. Other control characters are written out first.
 */
export function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${property(`${value}`)}`)
  return `::${name} ${pairs.join(',')}::${data(message)}\n`
}

function data(text: string): string {
  return text
    .split(/(\r\n|\r|\n)/)
    .map((part, i) => (i % 2 === 0 ? printable(part).replaceAll('%', '%25') : '%0A'))
    .join('')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
