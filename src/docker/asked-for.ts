import { posix } from 'node:path'
import type { Statement } from '../formats/requirements/parse.ts'
import type { RequirementsFile } from '../formats/requirements/requirements-file.ts'
import { evaluateMarker } from '../packaging/marker.ts'
import type { Marker } from '../packaging/marker-syntax.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { parseRequirement, type Requirement } from '../packaging/requirement.ts'
import { environmentFor } from '../packaging/target.ts'
import { optionsNamed } from '../project-files/commands/options.ts'
import type { Word } from '../project-files/shell/words.ts'
import { positionAt } from '../text/position.ts'
import { type BuildContext, contextPath, localProjects, projectFolder } from './context.ts'
import { pythonOfStage } from './environments.ts'
import { exportedTo } from './exported.ts'
import { needsOfProject } from './init/project-needs.ts'
import type { Install } from './install.ts'
import type { ScriptRun } from './script-runs.ts'
import { selectionOfPoetry, selectionOfUv } from './selection.ts'
import { needsOfBuild, needsOfSync, type ProjectNeeds } from './torch-project.ts'

/** One thing that an install asks for: by a word of its command, or a line of a file that it reads. */
export interface AskedFor {
  readonly requirement: Requirement
  /** As written. */
  readonly written: string
  /** The word of the command; undefined where a file asks for it. */
  readonly word: Word | undefined
  /** `requirements.txt:3`, where a file asks for it. */
  readonly place: string | undefined
}

/** What an install asks for on Linux: itself, through the requirements files of the build context, and through projects. */
export function askedFor(install: Install, context: BuildContext): AskedFor[] {
  if (install.tool === 'conda' || install.tool === 'pipenv') return []
  const python = pythonFor(install)
  const named = install.wanted.flatMap(({ word, statement }) => {
    const requirement = requirementOf(statement, python)
    return requirement ? [{ requirement, written: word.value ?? word.lead, word, place: undefined }] : []
  })
  const fromFiles = install.files.flatMap(({ value }) =>
    filesOf(install, context, value).flatMap(file => askedIn(file, python)),
  )
  const fromProjects = projectsOf(install, context).flatMap(({ file, needs }) =>
    needs.asked.map(({ requirement, source }) => ({
      requirement,
      written: requirement.name,
      word: undefined,
      place: posix.join(posix.dirname(file), source),
    })),
  )
  return [...named, ...fromFiles, ...fromProjects]
}

/** The requirements files behind `-r`, constraints left out; none where they are not known. */
export function filesOf(
  install: Install,
  context: BuildContext,
  value: string | undefined,
): readonly RequirementsFile[] {
  const source = contextPath(context, install, value)
  const files = source === undefined ? undefined : context.requirements.get(source)
  return (files ?? []).filter(({ role }) => role === 'requirements')
}

/** What pip and uv pip take from projects: those that they build, and lists that uv exports. */
export function projectsOf(install: Install, context: BuildContext): ProjectNeeds[] {
  if (install.tool !== 'pip' && install.tool !== 'uv pip') return []
  const reader = install.tool === 'pip' ? 'pip' : 'uv'
  const python = pythonFor(install)
  const chosen = selectionOfUv(install, undefined, python)
  const extras = chosen.extras === 'all' ? chosen.extras : [...chosen.extras, ...extrasOfPaths(install)]
  const groups = optionsNamed(install.options, '--group').flatMap(({ text }) => text ?? [])
  const built = localProjects(context, install).flatMap(folder => {
    const project = context.projects.get(folder)
    return project ? [needsOfBuild(project, reader, { extras, groups, python })] : []
  })
  const exported = exportedTo(install, context, python)
  return exported && !exported.indexed ? [...built, exported] : built
}

/** What `uv sync`, `uv add`, `poetry install` take from their project, or pip from a list of it that names its indexes. */
export function syncOf(install: Install, context: BuildContext): ProjectNeeds | undefined {
  if (install.tool === 'pip' || install.tool === 'uv pip') {
    const exported = exportedTo(install, context, pythonFor(install))
    return exported?.indexed ? exported : undefined
  }
  if (install.tool !== 'uv' && install.tool !== 'poetry') return undefined
  const folder = projectFolder(context, install)
  const project = folder === undefined ? undefined : context.projects.get(folder)
  const python = pythonFor(install)
  return (
    project &&
    needsOfSync(
      project,
      install.tool,
      install.tool === 'uv' ? selectionOfUv(install, project, python) : selectionOfPoetry(install, false, python),
    )
  )
}

/** What uv installs for a script by the metadata in it; undefined where it has none, or a lock file beside it decides. */
export function needsOfScript(run: ScriptRun, context: BuildContext): ProjectNeeds | undefined {
  const file = contextPath(context, run, run.script.value)
  const metadata = file === undefined ? undefined : context.scripts.get(file)
  if (file === undefined || !metadata || context.files.has(`${file}.lock`)) return undefined
  const selection = { extras: [], groups: [], python: pythonFor(run) }
  return { file, needs: needsOfProject(metadata, 'uv', selection, posix.basename(file)) }
}

/** `pip install .[server]`. */
function extrasOfPaths({ wanted, options }: Install): string[] {
  const named = [...wanted.map(({ word }) => word.value), ...optionsNamed(options, '-e', '--editable').map(o => o.text)]
  return named.flatMap(value =>
    (/^[./][^[]*\[([^\]]*)\]$/.exec(value ?? '')?.[1] ?? '').split(',').flatMap(extra => canonicalizeName(extra) || []),
  )
}

/** The Python for which markers count: the one that the image says, else a usual one. */
function pythonFor(install: Install): string {
  return install.python ?? pythonOfStage(install.stage) ?? '3.12'
}

function askedIn(file: RequirementsFile, python: string): AskedFor[] {
  return file.statements.flatMap(statement => {
    const requirement = requirementOf(statement, python)
    if (!requirement) return []
    const written = file.source.slice(statement.span.start, statement.span.end).split(/;|#|--/)[0]!
    const place = `${file.path}:${positionAt(file.source, statement.span.start).line}`
    return [{ requirement, written: written.trim(), word: undefined, place }]
  })
}

/** A line as a requirement: of a wheel or a URL, its name, its version and where it is. */
function requirementOf(statement: Statement, python: string): Requirement | undefined {
  if (statement.kind === 'requirement')
    return holds(statement.requirement.marker, python) ? statement.requirement : undefined
  if (statement.kind !== 'reference' || statement.name === undefined || !holds(statement.marker, python))
    return undefined
  const { name, version, target } = statement
  try {
    const requirement = parseRequirement(version === undefined ? name : `${name}==${version}`)
    return { ...requirement, url: target }
  } catch {
    return undefined
  }
}

/** Images run Linux: a line for macOS or Windows alone does not count. */
function holds(marker: Marker | undefined, python: string): boolean {
  return marker === undefined || evaluateMarker(marker, environmentFor({ python, platform: 'linux-x86_64' }))
}
