import { splitShellWords } from '../../../text/shell-words.ts'
import { entryOf } from './entry-point.ts'
import { installs } from './project.ts'
import type { Candidate, Search } from './search.ts'

interface ProcfileStart {
  readonly command: readonly string[]
  readonly port: number | undefined
  readonly line: number
}

/** What a platform that sets PORT would have set, where the Procfile leaves it open. */
const DEFAULT_PORT = 8000

/**
 * The command of a Procfile's `web` line as the words of a CMD. What only a shell does is left to one; `$PORT` is a number,
 * since nothing sets it in a container, and servers get the address on which they listen beyond the container.
 */
export function procfileStart(text: string): ProcfileStart | undefined {
  const lines = text.split('\n')
  const at = lines.findIndex(line => /^web\s*:/.test(line))
  if (at < 0) return undefined
  const written = lines[at]!.replace(/^web\s*:\s*/, '').trim()
  if (written === '') return undefined
  const inText = /\$\{PORT:-(\d+)\}/.exec(written)?.[1]
  const port = Number(inText ?? DEFAULT_PORT)
  const filled = written.replace(/\$\{PORT(?::-\d+)?\}|\$PORT\b/g, `${port}`)
  const words = splitShellWords(filled, 0)
  if ('problem' in words || /[$&|;<>`]/.test(filled))
    return { command: ['sh', '-c', filled], port: portOf(filled, port, written), line: at + 1 }
  const command = listening(
    words.map(({ value }) => value),
    port,
  )
  return { command, port: portOf(command.join(' '), port, written), line: at + 1 }
}

function listening(words: readonly string[], port: number): string[] {
  const says = (...flags: string[]) =>
    words.some(word => flags.some(flag => word === flag || word.startsWith(`${flag}=`)))
  if (words[0] === 'gunicorn' && !words.some(word => /^(?:-b|--bind)/.test(word)))
    return ['gunicorn', '--bind', `0.0.0.0:${port}`, ...words.slice(1)]
  if (words[0] === 'uvicorn' && !says('--host', '--uds', '--fd')) {
    const onPort = says('--port') ? [] : ['--port', `${port}`]
    return [...words, '--host', '0.0.0.0', ...onPort]
  }
  return [...words]
}

function portOf(command: string, filled: number, written: string): number | undefined {
  if (/\$\{?PORT\b/.test(written)) return filled
  const named = /(?:--(?:server\.)?port[ =]|--(?:bind|listen)[ =][^\s:]{0,255}:|-b\s*[^\s:]{0,255}:)(\d{2,5})/.exec(
    command,
  )?.[1]
  return named === undefined ? undefined : Number(named)
}

/** What the `web` line of a Procfile starts. */
export async function fromProcfile({ tree, project }: Search): Promise<Candidate[]> {
  const start = tree.has('Procfile') ? procfileStart(await tree.text('Procfile')) : undefined
  if (!start) return []
  const { command, port, line } = start
  const program = ['uvicorn', 'gunicorn', 'hypercorn', 'waitress'].find(name => command[0]!.startsWith(name))
  return [
    {
      score: 0,
      entry: {
        ...entryOf(command, port, `Procfile:${line}`, 'Procfile'),
        missingProgram: program !== undefined && !installs(project.needs, program) ? program : undefined,
      },
    },
  ]
}
