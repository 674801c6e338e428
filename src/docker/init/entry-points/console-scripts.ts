import { entryOf } from './entry-point.ts'
import type { Candidate, Search } from './search.ts'

/** Commands that installing the project makes; the one with its name first. */
export async function consoleScripts({ tree, project }: Search): Promise<Candidate[]> {
  if (!project.installed) return []
  const lines = (await tree.text('pyproject.toml')).split('\n')
  return project.scripts.map((script, i) => {
    const line =
      lines.findIndex(content =>
        new RegExp(`^\\s*["']?${script.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&')}["']?\\s*=`).test(content),
      ) + 1
    const source = line > 0 ? `pyproject.toml:${line}` : 'pyproject.toml'
    return { score: script === project.name ? -1 : i, entry: entryOf([script], undefined, source, 'console script') }
  })
}
