import { splitShellWords } from '../../text/shell-words.ts'
import type { EntryPoint } from './entry-points/entry-point.ts'

/** The command that the user gives, as a shell would split it; undefined where it cannot be split. */
export function givenEntryPoint(text: string): EntryPoint | undefined {
  const words = splitShellWords(text, 0)
  if ('problem' in words || words.length === 0) return undefined
  const command = words.map(({ value }) => value)
  const port = /(?:--(?:server\.)?port[ =]|--(?:bind|listen)[ =][^\s:]{0,255}:|-b\s*[^\s:]{0,255}:)(\d{2,5})\b/.exec(
    command.join(' '),
  )?.[1]
  return {
    command,
    port: port === undefined ? undefined : Number(port),
    source: '--entry-point',
    kind: 'as given',
    environment: {},
    // The image gets the sources, since it is not known which file this runs.
    file: '',
    missingProgram: undefined,
    development: false,
    local: false,
  }
}

/** An entry point on another port: in the words of its command, and for Gradio in the environment. */
export function onPort(entry: EntryPoint, port: number): EntryPoint {
  const old = entry.port === undefined ? undefined : new RegExp(`\\b${entry.port}$`)
  const command = entry.command.map(word => (old ? word.replace(old, `${port}`) : word))
  const gradio = entry.environment['GRADIO_SERVER_NAME'] === undefined ? {} : { GRADIO_SERVER_PORT: `${port}` }
  return { ...entry, command, port, environment: { ...entry.environment, ...gradio } }
}
