import { asArgument } from '../../text/shell-words.ts'
import { pipenvVersion, poetryVersion, uvVersion } from './choices.ts'
import type { Image } from './image.ts'
import { copy, environment, run } from './instructions.ts'

/** The instructions that install into /opt/venv. */
export interface InstallSteps {
  /** Instructions of the builder stage, one paragraph each. */
  readonly blocks: readonly string[]
  /** What they copy from the context. */
  readonly copies: readonly string[]
  readonly installs: boolean
  /** The image needs the sources beside what is installed. */
  readonly needsSources: boolean
}

type Steps = Omit<InstallSteps, 'needsSources'>

const pipCache = 'type=cache,target=/root/.cache/pip'
const uvCache = 'type=cache,target=/root/.cache/uv'
const poetryCache = 'type=cache,target=/root/.cache/pypoetry'

const path = { PATH: '/opt/venv/bin:$PATH' }
const venv = `${run('python -m venv /opt/venv')}\n${environment(path)}`
const cacheReason = '# Before the sources, so that a change in the code does not install everything anew.'

/** The instructions for the tool that the repository installs with. */
export function installSteps(image: Image): InstallSteps {
  const { install, entry } = image
  const found = stepsFor(image)
  const steps = install.needs.git === 'ssh' ? { ...found, blocks: [sshSettings, ...found.blocks] } : found
  // Poetry and `-e .` install a link to the sources.
  const linked = install.tool === 'poetry' || install.from === 'requirements'
  const inPackage =
    entry !== undefined &&
    (entry.file === undefined || entry.file.startsWith('src/')) &&
    entry.command[0] !== 'streamlit'
  const complete = install.installsProject && !linked && inPackage && !runsFile(entry)
  return { ...steps, needsSources: !complete }
}

/** `python src/tool.py` and the like run a file of the sources, whatever is installed. */
function runsFile(entry: Image['entry']): boolean {
  return entry?.command.some(word => word.endsWith('.py')) ?? true
}

function stepsFor(image: Image): Steps {
  const { tool, from } = image.install
  if (tool === 'none') return { blocks: [], copies: [], installs: false }
  if (tool === 'poetry') return poetrySteps(image)
  if (tool === 'pipenv') return pipenvSteps(image)
  if (from === 'requirements') return requirementsSteps(image)
  return tool === 'uv' ? uvProjectSteps(image) : projectSteps(image)
}

const sshSettings = [
  '# No host is known in a new image: the first key that one shows is taken.',
  'ENV GIT_SSH_COMMAND="ssh -o StrictHostKeyChecking=accept-new"',
].join('\n')

/** Mounts for packages fetched over SSH and for variables of the requirements file. */
function mounts({ install: { needs, requirements } }: Image): string[] {
  return [
    ...(needs.git === 'ssh' ? ['type=ssh'] : []),
    ...(requirements?.variables ?? []).map(name => `type=secret,id=${name},env=${name}`),
  ]
}

function requirementsSteps(image: Image): Steps {
  const { install, cpu } = image
  const { files, local, path: file } = install.requirements!
  const isUv = install.tool === 'uv'
  const words = isUv
    ? [
        'uv pip install',
        ...(install.needs.torch.state === 'none' ? [] : ['--torch-backend cpu']),
        `-r ${asArgument(file)}`,
      ]
    : ['pip install', ...cpu.options, `-r ${asArgument(file)}`, ...cpu.pins]
  const folders = new Map<string, string[]>()
  for (const one of files) {
    const folder = one.split('/').slice(0, -1).join('/')
    folders.set(folder, [...(folders.get(folder) ?? []), one])
  }
  const whole = local.includes('.')
  const copies = whole ? ['.'] : [...files, ...local]
  const copying = whole
    ? ['# The file installs the repository itself.', 'COPY . .']
    : [
        cacheReason,
        ...[...folders].map(([folder, inside]) => copy(inside, folder === '' ? './' : `./${folder}/`)),
        ...local.map(place => copy([place], `./${place}`)),
      ]
  return {
    blocks: [
      ...(isUv ? [uvBinary(image), uvVenv] : [venv]),
      'WORKDIR /app',
      [...copying, run(words.join(' '), isUv ? uvCache : pipCache, ...mounts(image))].join('\n'),
    ],
    copies,
    installs: true,
  }
}

function uvBinary({ install }: Image): string {
  return `COPY --from=ghcr.io/astral-sh/uv:${install.toolVersion ?? uvVersion} /uv /uvx /bin/`
}

const uvSettings = { UV_LINK_MODE: 'copy', UV_COMPILE_BYTECODE: '1', UV_PYTHON_DOWNLOADS: '0' }
const uvVenv = `${environment({ ...uvSettings, VIRTUAL_ENV: '/opt/venv', ...path })}\n${run('uv venv /opt/venv')}`

function uvProjectSteps(image: Image): Steps {
  const { locked, local, installsProject, pyproject } = image.install
  const { workspace, versionFromGit } = pyproject!
  const ssh = mounts(image)
  const fromSources = installsProject || workspace || local.length > 0
  // Without a lock uv has to read the members of a workspace, so that these have to be there first.
  const early = locked || !workspace
  return {
    blocks: [
      uvBinary(image),
      environment({ ...uvSettings, UV_PROJECT_ENVIRONMENT: '/opt/venv', UV_PYTHON: '/usr/local/bin/python', ...path }),
      'WORKDIR /app',
      ...(early
        ? [
            [
              cacheReason,
              copy(['pyproject.toml', ...(locked ? ['uv.lock'] : [])], './'),
              run(['uv sync', ...withoutSources(image)].join(' '), uvCache, ...ssh),
            ].join('\n'),
          ]
        : []),
      ...(fromSources
        ? [
            ...(versionFromGit ? [versionArgument] : []),
            ['COPY . .', run(`uv sync ${locked ? '--locked ' : ''}--no-dev --no-editable`, uvCache, ...ssh)].join('\n'),
          ]
        : []),
    ],
    copies: [...(early ? ['pyproject.toml', ...(locked ? ['uv.lock'] : [])] : []), ...(fromSources ? ['.'] : [])],
    installs: true,
  }
}

/** Options of `uv sync` before the sources are there: nothing of them is installed. */
function withoutSources({ install: { locked, local, pyproject } }: Image): string[] {
  const { workspace } = pyproject!
  // uv cannot look whether a lock is up to date while folders that it names are missing.
  const check = workspace || local.length > 0 ? '--frozen' : '--locked'
  return [
    ...(locked ? [check] : []),
    '--no-dev',
    workspace ? '--no-install-workspace' : '--no-install-project',
    ...local.map(name => `--no-install-package ${name}`),
  ]
}

const versionArgument = [
  '# The version is read from git, which is not in the build context: pass it with --build-arg VERSION=…',
  'ARG VERSION=0.0.0',
  'ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION',
].join('\n')

function poetrySteps(image: Image): Steps {
  const { install } = image
  const files = ['pyproject.toml', ...(install.locked ? ['poetry.lock'] : [])]
  const poetry = '/opt/poetry/bin/poetry install --no-interaction --only main'
  const isLocal = install.local.length > 0
  const fromSources = install.installsProject || isLocal
  return {
    blocks: [
      [
        '# Poetry in an environment of its own, which stays in this stage.',
        run(
          `python -m venv /opt/poetry \\\n    && /opt/poetry/bin/pip install poetry==${install.toolVersion ?? poetryVersion}`,
          pipCache,
        ),
      ].join('\n'),
      `${run('python -m venv /opt/venv')}\n${environment({ VIRTUAL_ENV: '/opt/venv', ...path })}`,
      'WORKDIR /app',
      [
        cacheReason,
        copy(files, './'),
        run(`${poetry} --no-root${isLocal ? ' --no-directory' : ''}`, poetryCache, ...mounts(image)),
      ].join('\n'),
      ...(fromSources
        ? [['COPY . .', run(`${poetry}${install.installsProject ? '' : ' --no-root'}`, poetryCache)].join('\n')]
        : []),
    ],
    copies: [...files, ...(fromSources ? ['.'] : [])],
    installs: true,
  }
}

function pipenvSteps(image: Image): Steps {
  const { install } = image
  const files = ['Pipfile', ...(install.locked ? ['Pipfile.lock'] : [])]
  const lock = install.locked ? '' : '/opt/pipenv/bin/pipenv lock && '
  return {
    blocks: [
      [
        '# Pipenv in an environment of its own, which stays in this stage.',
        run(`python -m venv /opt/pipenv \\\n    && /opt/pipenv/bin/pip install pipenv==${pipenvVersion}`, pipCache),
      ].join('\n'),
      venv,
      'WORKDIR /app',
      [
        cacheReason,
        copy(files, './'),
        run(
          `${lock}/opt/pipenv/bin/pipenv requirements > /tmp/requirements.txt \\\n    && pip install -r /tmp/requirements.txt`,
          pipCache,
          ...mounts(image),
        ),
      ].join('\n'),
    ],
    copies: files,
    installs: true,
  }
}

/** tomllib, which reads what to install before the sources are there. */
const TOMLLIB = 11

function projectSteps(image: Image): Steps {
  const { install, cpu, base } = image
  const options = cpu.options.map(option => `${option} `).join('')
  const pins = cpu.pins.map(pin => ` ${pin}`).join('')
  const minor = Number(/:3\.(\d+)/.exec(base)?.[1])
  const early = (install.pyproject?.dependencies?.length ?? 0) > 0 && minor >= TOMLLIB
  const list = `python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\\n')" > /tmp/requirements.txt`
  const first = [
    cacheReason,
    'COPY pyproject.toml ./',
    run(`${list} \\\n    && pip install ${options}-r /tmp/requirements.txt${pins}`, pipCache, ...mounts(image)),
  ].join('\n')
  const rest = early ? 'pip install --no-deps .' : `pip install ${options}.${pins}`
  return {
    blocks: [
      venv,
      'WORKDIR /app',
      ...(early ? [first] : []),
      ...(install.pyproject?.versionFromGit ? [versionArgument] : []),
      ['COPY . .', run(rest, pipCache, ...(early ? [] : mounts(image)))].join('\n'),
    ],
    copies: [...(early ? ['pyproject.toml'] : []), '.'],
    installs: true,
  }
}
