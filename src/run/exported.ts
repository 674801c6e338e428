import { dirname, join } from 'node:path/posix'
import { readToml, valueAt } from '../project-files/toml.ts'
import { asArgument } from '../text/shell-words.ts'

/** How each tool writes a pylock.toml (PEP 751), by the name that it gives itself in `created-by`. */
const commands: Readonly<Record<string, (file: string) => string>> = {
  uv: file => `uv export --format pylock.toml -o ${file}`,
  pip: file => `python -m pip lock -r requirements.txt -o ${file}`,
  pdm: file => `pdm export -f pylock -o ${file}`,
}

/**
 * How an exported lock is made anew for CPUs: a sentence without a capital and a full stop.
 *
 * @param path of the file, for display
 */
export async function howMadeAnew(path: string, text: string): Promise<string> {
  const creator = String(valueAt(await readToml(text), 'created-by') ?? '')
  // uv notes how it was called. What a shell would take for more than words is not repeated.
  const noted = /^# {2,}(uv (?:export|pip compile) [\w ./=@:,+-]*)$/m.exec(text.slice(0, 2_000))?.[1]
  const command = noted ?? commands[creator]?.(asArgument(path))
  const project = asArgument(join(dirname(path), creator === 'pip' ? 'requirements.txt' : 'pyproject.toml'))
  const first = `torchpin rewrite ${project}`
  return command === undefined
    ? `it is an export${creator === '' ? '' : ` by ${creator}`}: run ${first}, and have it exported anew`
    : `it is an export${creator === '' ? '' : ` by ${creator}`}: run ${first}, then ${command}`
}
