import { lineAt, listensLocally, type PythonFile, portIn } from '../python-code.ts'
import { entryOf, pathOf } from './entry-point.ts'
import { hasUsualName, scoreOf } from './ranking.ts'
import type { Candidate, Search } from './search.ts'

/** A file that is run as it is: by its name, else the only one that says what to do when it is run. */
export function scripts(search: Search): Candidate[] {
  const runs = ({ code }: PythonFile) => /^if[ \t]+__name__[ \t]*==[ \t]*["']__main__["']/m.test(code)
  const named = search.files.filter(({ path }) => hasUsualName(path) && path.split('/').length <= 3)
  const running = search.files.filter(file => runs(file) && file.path.split('/').length <= 2)
  const chosen = named.length > 0 ? named : running
  return chosen.map(file => {
    const at = file.code.search(/^if[ \t]+__name__/m)
    const entry = {
      ...entryOf(
        ['python', file.path],
        portIn(file),
        at < 0 ? file.path : `${file.path}:${lineAt(file, at)}`,
        'script',
      ),
      environment: pathOf(scriptRoot(file, search)),
      local: listensLocally(file),
      file: file.path,
    }
    return { score: scoreOf(file.path) + (runs(file) ? 0 : 3), entry }
  })
}

/** A script finds what lies beside it by itself; what it imports from the top of the repository needs the path. */
export function scriptRoot({ path, imports }: PythonFile, { tree, project }: Search): string {
  const folder = path.split('/').slice(0, -1).join('/')
  const isModule = (name: string) => tree.has(`${name}.py`) || tree.hasFolder(name)
  const fromTop = folder !== '' && [...imports].some(name => isModule(name) && !isModule(`${folder}/${name}`))
  if (fromTop) return '.'
  const fromSrc = [...imports].some(name => isModule(`src/${name}`) && !isModule(name) && folder !== 'src')
  return fromSrc && !project.installed ? 'src' : ''
}
