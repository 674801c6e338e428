/** What a stranger's repository may hold so that something of it is run, or heeded. */
export interface Trap {
  readonly id: string
  /** Files by path. `{MARK}` is the file that the trap leaves when it springs, `{TRAP}` a server that must not be asked. */
  readonly files: Readonly<Record<string, string>>
  /** A command that goes into the trap, with the repository as its current folder. */
  readonly victim: readonly [program: string, ...args: string[]]
  /** Variables with which it goes there; `{HERE}` is the repository. */
  readonly variables?: Readonly<Record<string, string>>
}

const python = "open('{MARK}', 'w').close()\n"
const script = "#!/bin/sh\ntouch '{MARK}'\nexit 1\n"
const index = 'index-url = "{TRAP}/simple"\n'

const resolving = ['uv', 'pip', 'compile', '--quiet', '--no-cache', '--no-build', 'requirements.txt'] as const

/** A script that stands where a program is looked for. */
const program = (path: string, variables: Trap['variables'], victim: Trap['victim']): Trap => ({
  id: `${path}, by ${Object.keys(variables ?? {}).join()}`,
  files: { [path]: script },
  victim,
  ...(variables && { variables }),
})

/** A folder whose build would leave the mark. */
const building = (id: string, folder: string): Trap => ({
  id,
  files: {
    [`${folder}/pyproject.toml`]: '[build-system]\nrequires = []\nbuild-backend = "trap"\nbackend-path = ["."]\n',
    [`${folder}/setup.py`]: python,
    [`${folder}/trap.py`]: python,
  },
  victim: ['python3', `${folder}/trap.py`],
})

export const traps: readonly Trap[] = [
  {
    id: 'pip/__main__.py',
    files: { 'pip/__init__.py': '', 'pip/__main__.py': python },
    victim: ['python3', '-m', 'pip'],
  },
  {
    id: 'sitecustomize.py, by PYTHONPATH',
    files: { 'sitecustomize.py': python },
    victim: ['python3', '-c', ''],
    variables: { PYTHONPATH: '{HERE}' },
  },
  { id: 'usercustomize.py', files: { 'usercustomize.py': python }, victim: ['python3', '-c', 'import usercustomize'] },
  { id: 'setup.py', files: { 'setup.py': python }, victim: ['python3', 'setup.py'] },
  program('python3', { PATH: '.:{PATH}' }, ['python3', '--version']),
  program('uv', { PATH: '{HERE}:{PATH}' }, ['uv', '--version']),
  program('node_modules/.bin/python3.11', { PATH: '{HERE}/node_modules/.bin:{PATH}' }, ['python3.11', '--version']),
  program('tools/git', { PATH: '{HERE}/tools:{PATH}' }, ['git', '--version']),
  program('tools/pip', { PATH: '{HERE}/tools:{PATH}' }, ['pip', '--version']),
  program('.venv/bin/python', { PATH: '{HERE}/.venv/bin:{PATH}', VIRTUAL_ENV: '{HERE}/.venv' }, [
    'python',
    '--version',
  ]),
  {
    id: '.venv/bin/python3',
    files: { '.venv/bin/python3': script, '.venv/bin/python': script, '.venv/pyvenv.cfg': 'home = /usr/bin\n' },
    victim: resolving,
  },
  {
    id: '.conda, by CONDA_PREFIX',
    files: { '.conda/bin/python': script, '.conda/bin/python3': script, '.conda/conda-meta/history': '' },
    victim: resolving,
    variables: { CONDA_PREFIX: '{HERE}/.conda' },
  },
  program('tools/chosen', { UV_PYTHON: '{HERE}/tools/chosen' }, resolving),
  program('tools/pips', { PIP_PYTHON: '{HERE}/tools/pips' }, ['python3', '-m', 'pip', 'list']),
  { id: 'uv.toml', files: { 'uv.toml': index }, victim: resolving },
  { id: 'tool.uv of pyproject.toml', files: { 'pyproject.toml': `[tool.uv]\n${index}` }, victim: resolving },
  {
    id: 'uv.toml, by UV_CONFIG_FILE',
    files: { 'settings/uv.toml': index },
    victim: resolving,
    variables: { UV_CONFIG_FILE: '{HERE}/settings/uv.toml' },
  },
  {
    id: 'uv.toml, by UV_WORKING_DIR',
    files: { 'elsewhere/uv.toml': index, 'elsewhere/requirements.txt': 'torch\n' },
    victim: resolving,
    variables: { UV_WORKING_DIR: '{HERE}/elsewhere' },
  },
  {
    id: 'pip.conf, by PIP_CONFIG_FILE',
    files: { 'settings/pip.conf': `[global]\n${index.replaceAll('"', '')}` },
    victim: ['python3', '-m', 'pip', 'download', 'torch'],
    variables: { PIP_CONFIG_FILE: '{HERE}/settings/pip.conf' },
  },
  {
    id: '.python-version',
    files: { '.python-version': './tools/versioned\n', 'tools/versioned': script },
    victim: ['sh', '-c', '"$(cat .python-version)"'],
  },
  {
    id: '.env',
    files: { '.env': "touch '{MARK}'\n" },
    victim: ['sh', '-c', '. ./.env'],
  },
  building('a folder that a line names', 'own'),
  building('a folder with the name of a wheel', 'own-1-py3-none-any.whl'),
]
