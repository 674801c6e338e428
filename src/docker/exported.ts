import type { BuildContext } from './context.ts'
import { projectFolder } from './context.ts'
import { stepsOf } from './dockerfile.ts'
import { canonicalPath } from './image-path.ts'
import { type Install, readOptions } from './install.ts'
import type { ShellCommand } from './shell.ts'
import { needsOfSync, type ProjectNeeds, selectionOf } from './torch-project.ts'

/**
 * What an install takes from a list that `uv export` wrote before it, in the same stage. uv writes no index into that list
 * without `--emit-index-url`, so the install looks its pins up on its own indexes.
 *
 * @param python for which markers count
 */
export function exportedNeeds(install: Install, context: BuildContext, python: string): ProjectNeeds[] {
  const paths = install.files.flatMap(({ value }) =>
    value === undefined ? [] : [canonicalPath(install.command.folder, value)],
  )
  if (paths.length === 0) return []
  const piped = install.files.some(({ value }) => value === '-' || value === '/dev/stdin')
  for (const step of stepsOf(install.stage)) {
    if (step.kind !== 'run') continue
    for (const command of step.commands) {
      if (command === install.command) return []
      const written = exportedBy(command)
      if (!written || !(piped ? step === install.run : written.some(path => paths.includes(path)))) continue
      const folder = projectFolder(context, { ...install, command, run: step })
      const project = folder === undefined ? undefined : context.projects.get(folder)
      if (!project) continue
      return [needsOfSync(project, 'uv', selectionOf(readOptions(command.words.slice(2)).options, 'uv', python))]
    }
  }
  return []
}

/** The files that a `uv export` without the index writes; undefined: the command is something else. */
function exportedBy({ words, writes, folder }: ShellCommand): (string | undefined)[] | undefined {
  if (words[0]?.value?.replace(/^.*\//, '') !== 'uv' || words[1]?.value !== 'export') return undefined
  const { options } = readOptions(words.slice(2))
  if (options.some(({ name, text }) => name === '--emit-index-url' || (name === '--format' && text === 'pylock.toml')))
    return undefined
  const files = options.flatMap(({ name, text }) => (name === '-o' || name === '--output-file' ? [text] : []))
  return [...writes, ...files].map(path => canonicalPath(folder, path))
}
