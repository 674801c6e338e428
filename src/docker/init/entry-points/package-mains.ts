import { moduleOf } from '../modules.ts'
import { listensLocally, portIn } from '../python-code.ts'
import { entryOf, pathOf } from './entry-point.ts'
import { scoreOf } from './ranking.ts'
import type { Candidate, Search } from './search.ts'

/** Packages that `python -m` runs. */
export function packageMains(search: Search): Candidate[] {
  const { tree, project, files, importsSrc } = search
  return files
    .filter(({ path }) => path.endsWith('/__main__.py'))
    .map(file => {
      const { name, root } = moduleOf(file, tree, project.installed, importsSrc)
      const module = name.replace(/\.__main__$/, '')
      const entry = {
        ...entryOf(['python', '-m', module], portIn(file), file.path, '__main__.py'),
        environment: pathOf(root),
        local: listensLocally(file),
        file: file.path,
      }
      return { score: scoreOf(file.path), entry }
    })
    .filter(({ entry }) => entry.command[2] !== '__main__')
}
