import { type Framework, frameworks, type Start, serverFor } from './frameworks.ts'
import { type Module, moduleOf } from './modules.ts'
import type { Needs } from './needs.ts'
import { procfileStart } from './procfile.ts'
import { lineAt, listensLocally, type PythonFile, portIn, readPythonFile } from './python-code.ts'
import type { Tree } from './tree.ts'

/** How the application is started, and where that was read. */
export interface EntryPoint {
  /** The words of the CMD. */
  readonly command: readonly string[]
  /** Undefined: it listens on none, or on one that is not known. */
  readonly port: number | undefined
  /** `app/main.py:7` */
  readonly source: string
  /** A short name: `FastAPI`, `Procfile`, `console script`. */
  readonly kind: string
  readonly environment: Readonly<Record<string, string>>
  /** The file of the repository that it runs; undefined for a command that the installed project brings. */
  readonly file: string | undefined
  /** The project that has the program, where the requirements do not name it. */
  readonly missingProgram: string | undefined
  readonly development: boolean
  /** It binds to the container's own address alone. */
  readonly local: boolean
}

/** The best guess, and the others that are as good by their kind. */
export interface EntryPoints {
  readonly best: EntryPoint | undefined
  readonly others: readonly EntryPoint[]
  readonly notebooks: readonly string[]
}

/** What the search goes by, beside the files. */
export interface Project {
  readonly needs: Needs
  /** Commands that installing the project makes. */
  readonly scripts: readonly string[]
  /** The project itself is installed. */
  readonly installed: boolean
  readonly name: string | undefined
}

interface Candidate {
  readonly entry: EntryPoint
  readonly score: number
}

const notApplications =
  /(?:^|\/)(?:tests?|testing|docs?|examples?|notebooks?|scripts|tools|bench(?:marks?)?|migrations|alembic|fixtures|samples?|tutorials?|node_modules|build|dist)\//i
const testFiles = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks|fabfile)\.py$/i

/**
 * Finds what starts a repository by reading it: a Procfile, web applications, commands of the project, `__main__.py`, scripts.
 * The first kind that there is wins; within one, names such as main.py near the top.
 */
export async function findEntryPoints(tree: Tree, project: Project): Promise<EntryPoints> {
  const paths = tree.files.filter(path => path.endsWith('.py') && !notApplications.test(path) && !testFiles.test(path))
  const files = await Promise.all(paths.map(async path => readPythonFile(path, await tree.text(path))))
  const search = { tree, project, files, importsSrc: files.some(({ imports }) => imports.has('src')) }
  const kinds = [
    () => fromProcfile(search),
    () => webApplications(search),
    () => consoleScripts(search),
    () => packageMains(search),
    () => scripts(search),
  ]
  for (const kind of kinds) {
    const found = (await kind()).sort((a, b) => a.score - b.score)
    const [best, ...others] = found.map(({ entry }) => entry)
    if (best)
      return {
        best,
        others: distinct(
          best,
          others.filter(other => !makes(other, best)),
        ),
        notebooks: [],
      }
  }
  return { best: undefined, others: [], notebooks: tree.files.filter(path => path.endsWith('.ipynb')) }
}

interface Search {
  readonly tree: Tree
  readonly project: Project
  readonly files: readonly PythonFile[]
  readonly importsSrc: boolean
}

async function fromProcfile({ tree, project }: Search): Promise<Candidate[]> {
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

async function webApplications(search: Search): Promise<Candidate[]> {
  const { files } = search
  return [
    ...djangoProjects(search),
    ...files.flatMap(file => objectsIn(file, search)),
    ...(await Promise.all(files.map(file => streamlitPage(file, search)))).flat(),
    ...files.flatMap(file => gradioApplication(file, search)),
  ]
}

function djangoProjects({ tree, files, project }: Search): Candidate[] {
  return files.flatMap(file => {
    const settings = /DJANGO_SETTINGS_MODULE["'],\s*["']([\w.]+)["']/.exec(file.code)
    if (!/(?:^|\/)manage\.py$/.test(file.path) || !settings) return []
    const root = file.path.split('/').slice(0, -1).join('/')
    const package_ = settings[1]!.split('.')[0]!
    const has = (name: string) => tree.has(`${root === '' ? '' : `${root}/`}${package_}/${name}.py`)
    const port = 8000
    const start: Start =
      has('wsgi') && installs(project.needs, 'gunicorn')
        ? serverFor({ name: 'Django', server: 'wsgi' }, `${package_}.wsgi`, 'application', port, name =>
            installs(project.needs, name),
          )
        : has('asgi') && installs(project.needs, 'uvicorn')
          ? serverFor({ name: 'Django', server: 'asgi' }, `${package_}.asgi`, 'application', port, name =>
              installs(project.needs, name),
            )
          : {
              command: ['python', file.path, 'runserver', `0.0.0.0:${port}`],
              port,
              program: undefined,
              development: true,
            }
    const source = `${file.path}:${lineAt(file, settings.index)}`
    return [
      {
        score: scoreOf(file.path),
        entry: started(start, { name: '', root: start.development ? '' : root }, source, 'Django', file, project),
      },
    ]
  })
}

/** Objects of web frameworks at the top level of a file; where there is none, factories. */
function objectsIn(file: PythonFile, search: Search): Candidate[] {
  const { tree, project, importsSrc } = search
  const module = moduleOf(file, tree, project.installed, importsSrc)
  const found = frameworks.flatMap(framework =>
    file.imports.has(framework.imported) ? assignments(file, framework).map(made => ({ framework, ...made })) : [],
  )
  const objects = found.length > 0 ? found : madeByFactory(file, search)
  const best = objects.sort((a, b) => nameScore(a.object) - nameScore(b.object))[0]
  if (!best) return []
  const { framework, object, offset } = best
  const start = serverFor(framework, module.name, object, portIn(file), name => installs(project.needs, name))
  const source = `${file.path}:${lineAt(file, offset)}`
  return [
    {
      score: scoreOf(file.path) + (object.endsWith('()') ? 5 : 0),
      entry: started(start, module, source, framework.name, file, project),
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
  const factory = /^def[ \t]+((?:create|make|get|build|init)_?\w*app\w*|create_application)\(([^)]*)\)[^:]*:/gm
  return [...code.matchAll(factory)]
    .filter(([, , parameters]) =>
      parameters!.trim() === '' ? true : parameters!.split(',').every(one => /=|^\s*\*|^\s*$/.test(one)),
    )
    .filter(() => new RegExp(String.raw`\b${makes}\(`).test(code))
    .map(found => ({ object: `${found[1]}()`, offset: found.index }))
}

/** `app = create_app()`, where a file elsewhere makes the application: of the one framework that the repository imports. */
function madeByFactory({ code }: PythonFile, { files }: Search): Made[] {
  const found =
    /^(app|application|server|api|asgi|wsgi)[ \t]*=[ \t]*(?:\w+\.)*(?:create|make|get|build|init)_?\w*(?:app|application)\w*\(/m.exec(
      code,
    )
  const used = frameworks.filter(({ imported }) => files.some(({ imports }) => imports.has(imported)))
  return found && used[0] ? [{ framework: used[0], object: found[1]!, offset: found.index }] : []
}

async function streamlitPage(file: PythonFile, { tree }: Search): Promise<Candidate[]> {
  const at = file.code.search(/^(?:st|streamlit)\.\w+/m)
  if (!file.imports.has('streamlit') || at < 0 || /(?:^|\/)pages\//.test(file.path)) return []
  const set = /^\s*port\s*=\s*(\d+)/m.exec(await tree.text('.streamlit/config.toml'))?.[1]
  const port = set === undefined ? 8501 : Number(set)
  const command = [
    'streamlit',
    'run',
    file.path,
    '--server.address=0.0.0.0',
    `--server.port=${port}`,
    '--server.headless=true',
  ]
  const source = `${file.path}:${lineAt(file, at)}`
  return [{ score: scoreOf(file.path), entry: { ...entryOf(command, port, source, 'Streamlit'), file: file.path } }]
}

function gradioApplication(file: PythonFile, search: Search): Candidate[] {
  const at = file.code.search(/\.launch\(/)
  if (!file.imports.has('gradio') || at < 0) return []
  const entry: EntryPoint = {
    ...entryOf(['python', file.path], portIn(file) ?? 7860, `${file.path}:${lineAt(file, at)}`, 'Gradio'),
    // Without it Gradio listens to the container alone.
    environment: { GRADIO_SERVER_NAME: '0.0.0.0', ...pathOf(scriptRoot(file, search)) },
    local: listensLocally(file),
    file: file.path,
  }
  return [{ score: scoreOf(file.path), entry }]
}

async function consoleScripts({ tree, project }: Search): Promise<Candidate[]> {
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

function packageMains(search: Search): Candidate[] {
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

/** A file that is run as it is: by its name, else the only one that says what to do when it is run. */
function scripts(search: Search): Candidate[] {
  const runs = ({ code }: PythonFile) => /^if[ \t]+__name__[ \t]*==[ \t]*["']__main__["']/m.test(code)
  const named = search.files.filter(({ path }) => usualName(path) < usual.length && path.split('/').length <= 3)
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
function scriptRoot({ path, imports }: PythonFile, { tree, project }: Search): string {
  const folder = path.split('/').slice(0, -1).join('/')
  const isModule = (name: string) => tree.has(`${name}.py`) || tree.hasFolder(name)
  const fromTop = folder !== '' && [...imports].some(name => isModule(name) && !isModule(`${folder}/${name}`))
  if (fromTop) return '.'
  const fromSrc = [...imports].some(name => isModule(`src/${name}`) && !isModule(name) && folder !== 'src')
  return fromSrc && !project.installed ? 'src' : ''
}

function started(
  { command, port, program, development }: Start,
  { root }: Module,
  source: string,
  kind: string,
  file: PythonFile,
  { needs }: Project,
): EntryPoint {
  return {
    ...entryOf(command, port, source, kind),
    environment: pathOf(root),
    file: file.path,
    missingProgram: program !== undefined && !installs(needs, program) ? program : undefined,
    development,
  }
}

function entryOf(command: readonly string[], port: number | undefined, source: string, kind: string): EntryPoint {
  return {
    command,
    port,
    source,
    kind,
    environment: {},
    file: undefined,
    missingProgram: undefined,
    development: false,
    local: false,
  }
}

/** Projects that bring a program by an extra or by what they need anyway. */
const brings: Readonly<Record<string, readonly string[]>> = {
  uvicorn: ['fastapi[standard]', 'fastapi[all]', 'fastapi-cli', 'litestar[standard]', 'gradio', 'chromadb', 'mcp'],
  hypercorn: ['quart'],
}

function installs({ projects, extras }: Needs, project: string): boolean {
  return projects.has(project) || (brings[project] ?? []).some(other => projects.has(other) || extras.has(other))
}

function pathOf(root: string): Record<string, string> {
  return root === '' ? {} : { PYTHONPATH: root === '.' ? '/app' : `/app/${root}` }
}

const usual = [
  'main',
  'app',
  'server',
  'streamlit_app',
  'api',
  'asgi',
  'wsgi',
  'application',
  'web',
  'run',
  'start',
  'home',
  'bot',
  'worker',
  'cli',
  '__main__',
]

function usualName(path: string): number {
  const name = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.py$/, '')
    .toLowerCase()
  const at = usual.indexOf(name)
  return at < 0 ? usual.length : at
}

/** Less is better: a usual name, near the top. */
function scoreOf(path: string): number {
  const depth = path.replace(/^src\//, '').split('/').length - 1
  return depth * 4 + (usualName(path) < usual.length ? usualName(path) / 10 : 3)
}

function nameScore(object: string): number {
  const at = ['app', 'application', 'server', 'api'].indexOf(object)
  return at < 0 ? 9 : at
}

/** Whether one is the factory that the other is most likely made with: two names of one application. */
function makes(factory: EntryPoint, object: EntryPoint): boolean {
  const isFactory = ({ command }: EntryPoint) =>
    command.some(word => /\(\)$|^--(?:factory|call)$|:(?:create|make|build)_/.test(word))
  return factory.kind === object.kind && isFactory(factory) && !isFactory(object)
}

/** Entry points of other files that start something else. */
function distinct(best: EntryPoint, others: readonly EntryPoint[]): EntryPoint[] {
  return others.filter(
    (entry, i) =>
      entry.command.join(' ') !== best.command.join(' ') &&
      others.findIndex(other => other.command.join(' ') === entry.command.join(' ')) === i,
  )
}
