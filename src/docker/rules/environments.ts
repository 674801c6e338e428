import { type CopyStep, rootOf, type Stage, stepsOf } from '../../project-files/dockerfile/dockerfile.ts'
import { pythonOfImage } from '../../project-files/dockerfile/python.ts'
import { canonicalPath, isWithin } from '../../project-files/shell/posix-path.ts'
import { lineEndingOf } from '../edited-text.ts'
import { environmentsOf, python3MinorOf, type VirtualEnvironment } from '../environments.ts'
import type { Facts, Problem } from '../facts.ts'
import { kindOf, libcOf } from '../images.ts'
import { isPlainDebian } from './images.ts'

/** An environment that a shipped stage copies from another. */
interface CopiedEnvironment {
  readonly made: VirtualEnvironment
  readonly copy: CopyStep
  readonly from: Stage
  readonly into: Stage
  /** Where it is then. */
  readonly path: string
}

function copiedEnvironments({ shipped }: Facts): CopiedEnvironment[] {
  return shipped.flatMap(into =>
    into.steps.flatMap(copy => {
      const from = copy.kind === 'copy' ? copy.from?.stage : undefined
      if (copy.kind !== 'copy' || !from) return []
      const target = canonicalPath(copy.folder, copy.target.value)
      return environmentsOf(from).flatMap(made => {
        const sources = copy.sources.map(({ value }) => canonicalPath('/', value))
        const source = sources.find(found => found !== undefined && isWithin(made.path, found))
        if (source === undefined || target === undefined || sources.length !== 1) return []
        // COPY puts the contents of a folder into the target, without the folder's own name.
        const below = made.path.slice(source === '/' ? 0 : source.length)
        const path = target === '/' ? below || '/' : target + below
        return [{ made, copy, from, into, path }]
      })
    }),
  )
}

/** Reports an environment whose interpreter is missing in the image, or is another one. */
export function* venvFromOtherPython(facts: Facts): Iterable<Problem> {
  for (const { made, copy, from, into } of copiedEnvironments(facts)) {
    const why = otherPython(made, from, into)
    if (why === undefined) continue
    yield {
      code: 'venv-from-other-python',
      level: 'error',
      in: 'dockerfile',
      span: copy.instruction.span,
      message: `the environment ${made.path} was made with ${why}`,
      hint: 'start both stages from the same image, or from the same Python of one family',
    }
  }
}

function otherPython(made: VirtualEnvironment, from: Stage, into: Stage): string | undefined {
  const [builder, runtime] = [rootOf(from).image, rootOf(into).image]
  if (builder === undefined || runtime === undefined || builder === runtime) return undefined
  if (takesAnotherPython(made, from) || takesPythonAlong(into)) return undefined
  const [libc, other] = [libcOf(builder), libcOf(runtime)]
  if (libc && other && libc !== other)
    return `${libc} as its C library (${builder}), and the image has ${other} (${runtime})`
  const python = python3MinorOf(made.python ?? pythonOfImage(builder))
  const there = python3MinorOf(pythonOfImage(runtime))
  if (python && there && python !== there)
    return `Python ${python} (${builder}), and the image has Python ${there} (${runtime})`
  const [kind, otherKind] = [kindOf(builder), kindOf(runtime)]
  const inLocal = kind === 'python' || kind === 'uv'
  const without = otherKind === 'debian' || otherKind === 'distroless' || otherKind === 'distroless-python'
  if (made.python === undefined && inLocal && without)
    return `/usr/local/bin/python of ${builder}, which ${runtime} does not have`
  return undefined
}

/** uv and pyenv put interpreters into folders of their own. */
function takesAnotherPython(made: VirtualEnvironment, from: Stage): boolean {
  if (made.python === 'unknown' || (made.byUv && made.python !== undefined)) return true
  return stepsOf(from).some(
    step =>
      step.values.has('UV_PYTHON') ||
      step.values.has('UV_PYTHON_INSTALL_DIR') ||
      (step.kind === 'run' && step.commands.some(({ words }) => getsPython(textOf(words)))),
  )
}

function getsPython(command: string): boolean {
  if (/\buv python\b|pyenv|deadsnakes|\bconda\b/.test(command)) return true
  const apt = command.indexOf('apt')
  return apt >= 0 && command.includes(' python3', apt)
}

/** Whether the shipped stage gets an interpreter from elsewhere too. */
function takesPythonAlong(into: Stage): boolean {
  return stepsOf(into).some(step => {
    if (step.kind === 'copy' && step.from)
      return step.sources.some(
        ({ value }) => value === undefined || /^\/(?:usr(?:\/local)?(?:\/(?:bin|lib))?\/?)?$|python|pyenv/.test(value),
      )
    return (
      step.kind === 'run' &&
      step.commands.some(
        ({ words }) => /python|ln\b/.test(textOf(words)) && /install|add|ln\b|venv/.test(textOf(words)),
      )
    )
  })
}

function textOf(words: VirtualEnvironment['command']['words']): string {
  return words.map(({ value, lead }) => value ?? lead).join(' ')
}

/** Reports an environment that was moved from the path it was made at. */
export function* venvMoved(facts: Facts): Iterable<Problem> {
  for (const { made, copy, path } of copiedEnvironments(facts)) {
    if (path === made.path || made.relocatable) continue
    yield {
      code: 'venv-moved',
      level: 'error',
      in: 'dockerfile',
      span: copy.instruction.span,
      message: `the environment made at ${made.path} is put at ${path}, and its scripts begin with the old path`,
      hint: `copy it to ${made.path}`,
    }
  }
}

/** Programs that find an environment by themselves, or start what a script says. */
const finders = /^(?:uv|uvx|poetry|pipenv|pdm|hatch|rye|ba?sh|sh|env|supervisord|s6.*|make|npm|node)$/
const wrappers = /^(?:tini|dumb-init|gosu|su-exec|catatonit|exec|nice|ddtrace-run|opentelemetry-instrument)$/

/** An environment that the programs of the image do not find. */
export function* venvNotOnPath(facts: Facts): Iterable<Problem> {
  const final = facts.shipped.at(-1)
  if (!final) return
  const { dockerfile, shipped } = facts
  for (const { made, copy, path } of copiedEnvironments(facts)) {
    if (path !== made.path && !made.relocatable) continue
    const onPath = final.values.get('PATH')
    if (onPath === undefined || onPath.split(':').includes(`${path}/bin`)) continue
    const steps = shipped.flatMap(stage => stage.steps)
    if (steps.some(step => names(step.kind === 'run' || step.kind === 'start' ? step.commands : [], path))) continue
    if (steps.some(step => step.values.has('PYTHONPATH')) || final.values.has('PYTHONPATH')) continue
    // An image that is not known may have an ENTRYPOINT.
    const own = steps.some(step => step.kind === 'start' && step.instruction.keyword === 'ENTRYPOINT')
    if (!own && !isPlainDebian(rootOf(final).image)) continue
    const program = startedProgram(steps)
    if (program === undefined || program.includes('/') || finders.test(program)) continue
    // A PATH that is set anew further down would lose what is added here.
    const stays = onPath.endsWith(copy.values.get('PATH') ?? '\n')
    const line = `ENV PATH="${path}/bin:$PATH"`
    const { end } = copy.instruction.span
    const ending = lineEndingOf(dockerfile.source)
    yield {
      code: 'venv-not-on-path',
      level: 'error',
      in: 'dockerfile',
      span: copy.instruction.span,
      message: `${path}/bin is not on PATH, so ${program} is started without what the environment holds`,
      hint: `add ${line}`,
      ...(stays && /^[\w./-]+$/.test(path) && { edits: [{ start: end, end, text: `${ending}${line}` }] }),
    }
  }
}

function names(commands: readonly VirtualEnvironment['command'][], path: string): boolean {
  return commands.some(({ words }) =>
    words.some(
      ({ value, lead, tail }) =>
        value?.includes(`${path}/`) || (value === undefined && `${lead} ${tail}`.includes('/bin/')),
    ),
  )
}

/** What the image starts, behind what only hands on; undefined where it does not say. */
function startedProgram(steps: readonly (CopyStep | Stage['steps'][number])[]): string | undefined {
  const of = (keyword: string) => steps.findLast(step => step.kind === 'start' && step.instruction.keyword === keyword)
  const [entry, command] = [of('ENTRYPOINT'), of('CMD')]
  const words = [entry, command].flatMap(step =>
    step?.kind === 'start' ? step.commands.flatMap(found => found.words) : [],
  )
  const first = words.findIndex(
    ({ value }) => value === undefined || !(wrappers.test(value.replace(/^.*\//, '')) || value.startsWith('-')),
  )
  return words[first]?.value
}
