import { type Framework, frameworks, serverFor } from '../frameworks.ts'
import { moduleOf } from '../modules.ts'
import { lineAt, type PythonFile, portIn } from '../python-code.ts'
import { started } from './entry-point.ts'
import { installs } from './project.ts'
import { scoreOf } from './ranking.ts'
import type { Candidate, Search } from './search.ts'

/** Objects of web frameworks at the top level of a file; where there is none, factories. */
export function webObjects(search: Search): Candidate[] {
  const imported = frameworks.find(framework => search.files.some(({ imports }) => imports.has(framework.imported)))
  return search.files.flatMap(file => objectIn(file, search, imported))
}

/** @param imported the framework that the repository imports, if any: what a factory makes is taken to be of it */
function objectIn(file: PythonFile, search: Search, imported: Framework | undefined): Candidate[] {
  const { tree, project, importsSrc } = search
  const { name: module, root } = moduleOf(file, tree, project.installed, importsSrc)
  const found = frameworks.flatMap(framework =>
    file.imports.has(framework.imported) ? assignments(file, framework).map(made => ({ framework, ...made })) : [],
  )
  const objects = found.length > 0 ? found : madeByFactory(file, imported)
  const best = objects.sort((a, b) => nameScore(a.object) - nameScore(b.object))[0]
  if (!best) return []
  const { framework, object, offset } = best
  const start = serverFor(framework, { module, object, port: portIn(file) }, name => installs(project.needs, name))
  const source = `${file.path}:${lineAt(file, offset)}`
  return [
    {
      score: scoreOf(file.path) + (object.endsWith('()') ? 5 : 0),
      entry: started(start, { file, source, kind: framework.name, root }, project),
    },
  ]
}

interface Made {
  readonly framework: Framework
  readonly object: string
  readonly offset: number
}

function assignments({ code }: PythonFile, { makes }: Framework): Omit<Made, 'framework'>[] {
  const plain = new RegExp(String.raw`^(\w+)(?:[ \t]*:[ \t]*[\w."']+)?[ \t]*=[ \t]*(?:\w+\.)*${makes}\(`, 'gm')
  const objects = [...code.matchAll(plain)].map(found => ({ object: found[1]!, offset: found.index }))
  if (objects.length > 0) return objects
  // A factory in the sense of the frameworks takes no argument that has no default.
  const factory =
    /^def[ \t]+((?:create|make|get|build|init)_?\w*app\w*|create_application)\(([^)]{0,1000})\)[^:]{0,1000}:/gm
  return [...code.matchAll(factory)]
    .filter(([, , parameters]) =>
      parameters!.trim() === '' ? true : parameters!.split(',').every(one => /=|^\s*\*|^\s*$/.test(one)),
    )
    .filter(() => new RegExp(String.raw`\b${makes}\(`).test(code))
    .map(found => ({ object: `${found[1]}()`, offset: found.index }))
}

/** `app = create_app()`, where a file elsewhere makes the application. */
function madeByFactory({ code }: PythonFile, framework: Framework | undefined): Made[] {
  const calls = [
    ...code.matchAll(
      /^(app|application|server|api|asgi|wsgi)[ \t]*=[ \t]*(?:\w+\.)*(?:create|make|get|build|init)(\w*)\(/gm,
    ),
  ]
  const found = calls.find(([, , made]) => made!.includes('app'))
  return found && framework ? [{ framework, object: found[1]!, offset: found.index }] : []
}

function nameScore(object: string): number {
  const at = ['app', 'application', 'server', 'api'].indexOf(object)
  return at < 0 ? 9 : at
}
