import { pythonOfImage } from '../project-files/dockerfile-python.ts'
import { type RunStep, rootOf, type Stage, type Step, stepsOf } from './dockerfile.ts'
import { canonicalPath, isWithin } from './image-path.ts'
import { type Install, optionsNamed } from './install.ts'
import type { ShellCommand } from './shell.ts'
import type { Values } from './words.ts'

/** A virtual environment that a command makes. */
export interface VirtualEnvironment {
  readonly path: string
  readonly step: RunStep
  readonly command: ShellCommand
  /** It may be moved: its scripts do not carry its path. */
  readonly relocatable: boolean
  /** The Python that the command asks for, `3.11`; undefined: the one of the image. */
  readonly python: string | undefined
  /** uv may take a Python of its own instead of the image's. */
  readonly byUv: boolean
}

/** The virtual environments that a stage, or one it starts from, makes. */
export function environmentsOf(stage: Stage): VirtualEnvironment[] {
  return stepsOf(stage).flatMap(step =>
    step.kind === 'run' ? step.commands.flatMap(command => madeBy(command, step)) : [],
  )
}

function madeBy(command: ShellCommand, step: RunStep): VirtualEnvironment[] {
  const words = command.words.map(({ value }) => value)
  const program = words[0]?.replace(/^.*\//, '') ?? ''
  const [, minor] = /^python3?(?:\.(\d+))?$/.exec(program) ?? []
  const byPython =
    /^python(?:3(?:\.\d+)?)?$/.test(program) && words[1] === '-m' && /^(?:venv|virtualenv)$/.test(words[2] ?? '')
  const byUv = program === 'uv'
  if (byUv && (words[1] === 'sync' || words[1] === 'add')) {
    const path = projectEnvironment(command.values, command.folder)
    return path === undefined ? [] : [made(path, command, step, undefined, false, true)]
  }
  const skip = byPython ? 3 : program === 'virtualenv' ? 1 : byUv && words[1] === 'venv' ? 2 : undefined
  if (skip === undefined) return []
  let python = minor === undefined ? undefined : `3.${minor}`
  let path: string | undefined
  let unknown = false
  for (let i = skip; i < words.length; i++) {
    const word = words[i]
    if (word === undefined) unknown = true
    else if (/^(?:-p|--python)$/.test(word)) python = words[++i] ?? 'unknown'
    else if (word.startsWith('--python=')) python = word.slice('--python='.length)
    else if (/^--(?:prompt|seed-packages|cache-dir|index-url|link-mode)$/.test(word)) i++
    else if (!word.startsWith('-')) path ??= word
  }
  if (unknown || (path === undefined && !byUv)) return []
  const place = canonicalPath(command.folder, path ?? '.venv')
  const relocatable = words.includes('--relocatable') || command.values.has('UV_VENV_RELOCATABLE')
  return place === undefined ? [] : [made(place, command, step, python, relocatable, byUv)]
}

function made(
  path: string,
  command: ShellCommand,
  step: RunStep,
  python: string | undefined,
  relocatable: boolean,
  byUv: boolean,
): VirtualEnvironment {
  const asked =
    python ?? (byUv && command.values.has('UV_PYTHON') ? (command.values.get('UV_PYTHON') ?? 'unknown') : undefined)
  return { path, step, command, relocatable, python: asked, byUv }
}

function projectEnvironment(values: Values, folder: string | undefined): string | undefined {
  if (values.has('UV_PROJECT_ENVIRONMENT')) return canonicalPath(folder, values.get('UV_PROJECT_ENVIRONMENT'))
  return canonicalPath(folder, '.venv')
}

/**
 * The folder that an install fills: that of an environment, or `system` for the Python of the image. Undefined: not known.
 */
export function environmentOfInstall(install: Install): string | 'system' | undefined {
  const { command, options, tool } = install
  const { values, folder } = command
  const [target] = optionsNamed(options, '-t', '--target', '--prefix', '-w', '--wheel-dir', '-d', '--dest')
  if (target) return canonicalPath(folder, target.text)
  if (options.some(({ name }) => name === '--user')) return '/root/.local'
  if (tool === 'uv') return projectEnvironment(values, folder)
  if (tool === 'poetry') return values.has('POETRY_VIRTUALENVS_IN_PROJECT') ? canonicalPath(folder, '.venv') : undefined
  if (tool === 'pipenv' || tool === 'conda') return undefined
  if (install.environment !== undefined && !/^\/usr(?:\/local)?$/.test(install.environment)) return install.environment
  if (tool === 'uv pip') {
    const [python] = optionsNamed(options, '-p', '--python')
    if (python) return undefined
    if (options.some(({ name }) => name === '--system') || values.has('UV_SYSTEM_PYTHON')) return 'system'
    if (values.has('VIRTUAL_ENV')) return canonicalPath(folder, values.get('VIRTUAL_ENV'))
    const made = environmentsOf(install.stage).find(({ path }) => path === canonicalPath(folder, '.venv'))
    if (made) return made.path
  }
  return environmentOnPath(values)
}

/** The environment whose programs are found first. */
function environmentOnPath(values: Values): string | 'system' | undefined {
  const path = values.get('PATH')
  if (path === undefined) return undefined
  const first = path.split(':')[0]!
  return first.endsWith('/bin') && !/^\/(?:usr(?:\/local)?\/)?s?bin$/.test(first)
    ? first.slice(0, -'/bin'.length)
    : 'system'
}

/** The minor version of Python that a stage has, `3.11`, where its image says so and nothing brings another. */
export function pythonOfStage(stage: Stage): string | undefined {
  const { image } = rootOf(stage)
  return image === undefined ? undefined : minorOf(pythonOfImage(image))
}

export function minorOf(python: string | undefined): string | undefined {
  return /^3\.\d+/.exec(python ?? '')?.[0]
}

/** Whether a stage brings in a Python beside that of its image: uv's own, pyenv's, one of a package source. */
export function bringsPython(stage: Stage): boolean {
  return stepsOf(stage).some(
    step =>
      step.values.has('UV_PYTHON') ||
      (step.kind === 'run' &&
        step.commands.some(({ words }) => {
          const said = words.map(({ value }) => value ?? '').join(' ')
          return (
            /\buv python\b|pyenv|deadsnakes|\bpython3\.\d+(?:-\w+)?\b.*|--python[ =]|\bconda\b/.test(said) &&
            !/^\S*python3\.\d+ -m\b/.test(said)
          )
        })),
  )
}

/** Whether what an install puts somewhere gets into the image that a Dockerfile makes. */
export function isShipped(install: Install, shipped: readonly Stage[], used: readonly Stage[]): boolean {
  if (shipped.includes(install.stage)) return true
  const place = environmentOfInstall(install)
  if (place === undefined) return false
  return used.some(stage =>
    stage.steps.some(
      step =>
        step.kind === 'copy' &&
        step.from?.stage !== undefined &&
        stepsOf(step.from.stage).includes(install.run as Step) &&
        step.sources.some(({ value }) => overlaps(canonicalPath('/', value), place)),
    ),
  )
}

const systemPackages = [
  '/usr/local/lib/python3/site-packages',
  '/usr/lib/python3/dist-packages',
  '/opt/conda/lib/python3',
]

function overlaps(copied: string | undefined, place: string): boolean {
  if (copied === undefined) return false
  if (place !== 'system')
    return (
      isWithin(place, copied) ||
      isWithin(copied, `${place}/lib`) ||
      (place !== copied && isWithin(copied, place) && !/\.\w+$|\/bin(?:\/|$)/.test(copied))
    )
  return (
    systemPackages.some(path => isWithin(path, copied)) ||
    /^\/(?:usr|opt\/conda)\/(?:.*\/)?(?:(?:site|dist)-packages(?:\/|$)|lib\/python3(?:\.\d+)?$)/.test(copied)
  )
}
