import type { Finding, RewriteResult } from '../result.ts'
import { firstOfEach, moreLikeIt } from '../text/of-a-kind.ts'
import { printable } from '../text/terminal.ts'
import { closingLine } from './closing.ts'
import { fromTop } from './from-top.ts'
import { penFor, type Style } from './pen.ts'

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const

/**
 * Workflow commands of GitHub Actions: what there is to say and what was changed, as annotations at their lines, and the run
 * as a whole. Errors first, since GitHub shows ten annotations of a level and step and drops the rest.
 */
export function githubReport(result: RewriteResult, style: Style): string {
  const files = fromTop(result.files, style)
  const found = files.flatMap(({ path, diagnostics }) => diagnostics.map(of => ({ path, ...of })))
  return [
    findingCommands(found),
    command('notice', { title: 'torchpin' }, closingLine(result, penFor(style))),
    ...firstOfEach(
      files.flatMap(({ path, changes }) => changes.map(change => ({ path, ...change }))),
      ({ action }) => action,
    ).shown.map(({ path, action, line, name, from, to, reason }) =>
      command('notice', { file: path, line, title: `${action} ${name}` }, `${changeText(from, to)}: ${reason}`),
    ),
  ].join('')
}

/** What a command found, as annotations, and last its verdict: an error where it fails the run. */
export function verdictCommands(
  title: string,
  { findings, ok }: { readonly findings: readonly Finding[]; readonly ok: boolean },
  verdict: string,
): string {
  return findingCommands(findings) + command(ok ? 'notice' : 'error', { title }, verdict)
}

/** Findings as annotations, errors first. */
function findingCommands(findings: readonly Finding[]): string {
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

function changeText(from: string, to: string): string {
  if (from === '') return `${to} is new`
  return to === '' ? `${from} is gone` : `${from} becomes ${to}`
}

/**
 * `::warning file=requirements.txt,line=3,title=…::message`, escaped as the runner undoes it:
 * `%`, CR and LF everywhere, `:` and `,` in properties as well. Other control characters are written out first.
 */
export function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const told = Object.entries(properties).map(([key, value]) => `${key}=${property(`${value}`)}`)
  return `::${name} ${told.join(',')}::${data(message)}\n`
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
