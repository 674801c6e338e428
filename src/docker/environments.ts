import { optionsNamed, readOptions } from '../project-files/commands/options.ts'
import { type RunStep, rootOf, type Stage, type Step, stepsOf } from '../project-files/dockerfile/dockerfile.ts'
import { pythonOfImage } from '../project-files/dockerfile/python.ts'
import { canonicalPath, isWithin } from '../project-files/shell/posix-path.ts'
import type { ShellCommand } from '../project-files/shell/script.ts'
import type { Values } from '../project-files/shell/words.ts'
import type { Install } from './install.ts'

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
  const { words, values, folder } = command
  const [program = '', second, third] = words.map(({ value }) => value)
  const name = program.replace(/^.*\//, '')
  const byUv = name === 'uv'
  if (byUv && (second === 'sync' || second === 'add')) {
    const path = projectEnvironment(values, folder)
    return path === undefined ? [] : [{ path, step, command, relocatable: false, python: uvPython(values), byUv }]
  }
  const [, minor] = /^python3\.(\d+)$/.exec(name) ?? []
  const byPython = /^python(?:3(?:\.\d+)?)?$/.test(name) && second === '-m' && /^(?:venv|virtualenv)$/.test(third ?? '')
  const skip = byPython ? 3 : name === 'virtualenv' ? 1 : byUv && second === 'venv' ? 2 : undefined
  if (skip === undefined || words.slice(skip).some(({ value }) => value === undefined)) return []
  const { options, plain } = readOptions(words.slice(skip), 'venv')
  const python = optionsNamed(options, '-p', '--python').at(-1)
  const path = canonicalPath(folder, plain[0]?.value ?? (byUv ? '.venv' : undefined))
  if (path === undefined) return []
  return [
    {
      path,
      step,
      command,
      relocatable: optionsNamed(options, '--relocatable').length > 0 || values.has('UV_VENV_RELOCATABLE'),
      python: (python ? (python.text ?? 'unknown') : minor && `3.${minor}`) ?? (byUv ? uvPython(values) : undefined),
      byUv,
    },
  ]
}

/** The Python that a variable asks uv for. */
function uvPython(values: Values): string | undefined {
  return values.has('UV_PYTHON') ? (values.get('UV_PYTHON') ?? 'unknown') : undefined
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
  if (tool === 'poetry') {
    // Poetry installs into the environment that is active, whatever it is installed in itself.
    if (values.has('VIRTUAL_ENV')) return canonicalPath(folder, values.get('VIRTUAL_ENV'))
    return values.has('POETRY_VIRTUALENVS_IN_PROJECT') ? canonicalPath(folder, '.venv') : undefined
  }
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
  return image === undefined ? undefined : python3MinorOf(pythonOfImage(image))
}

export function python3MinorOf(python: string | undefined): string | undefined {
  return /^3\.\d+/.exec(python ?? '')?.[0]
}

/** Whether a stage brings in a Python beside that of its image: uv's own, pyenv's, one of a package source. */
export function bringsPython(stage: Stage): boolean {
  return stepsOf(stage).some(
    step =>
      step.values.has('UV_PYTHON') ||
      (step.kind === 'run' &&
        step.commands.some(({ words }) => {
          const text = words.map(({ value }) => value ?? '').join(' ')
          return (
            /\buv python\b|pyenv|deadsnakes|\bpython3\.\d+(?:-\w+)?\b.*|--python[ =]|\bconda\b/.test(text) &&
            !/^\S*python3\.\d+ -m\b/.test(text)
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

/** The Python that an install is for; undefined where the file leaves a doubt. */
export function pythonOfInstall(install: Install): string | undefined {
  if (install.tool !== 'pip' && install.tool !== 'uv pip') return undefined
  if (optionsNamed(install.options, '--python-version', '--platform', '--python', '-p').length > 0) return undefined
  if (install.python !== undefined) return install.python
  const place = environmentOfInstall(install)
  const made = environmentsOf(install.stage).find(({ path }) => path === place)
  if (made?.python !== undefined) return python3MinorOf(made.python)
  return bringsPython(install.stage) ? undefined : pythonOfStage(install.stage)
}
