import { delimiter } from 'node:path'
import { describe, expect, test } from 'vitest'
import { neutralEnvironment } from '../../src/rewrite/installers/neutral-environment.ts'
import { uvSettings } from '../../src/rewrite/installers/uv-settings.ts'
import { folderWith } from '../workspace/temporary.ts'

const neutral = (variables: Readonly<Record<string, string>>, named: readonly string[] = []) =>
  neutralEnvironment({
    variables,
    named: new Set(named),
    cwd: '/repository',
    temporary: '/temporary',
    isOutside: async path => !`${path}/`.startsWith('/repository/'),
  })

const always = { TMPDIR: '/temporary', TEMP: '/temporary', TMP: '/temporary', PIP_BREAK_SYSTEM_PACKAGES: '1' }

describe.skipIf(process.platform === 'win32')('what an installer gets of the variables', () => {
  test.each<[id: string, variables: Readonly<Record<string, string>>, passed: Readonly<Record<string, string>>]>([
    ['no secret of something else', { GITHUB_TOKEN: 'x', ACTIONS_RUNTIME_TOKEN: 'x', AWS_SECRET_ACCESS_KEY: 'x' }, {}],
    ['nothing that steers Python', { PYTHONPATH: '/a', PYTHONHOME: '/a', PYTHONSTARTUP: '/a', PYTHONINSPECT: '1' }, {}],
    ['nothing that steers the loader', { LD_PRELOAD: '/a.so', DYLD_INSERT_LIBRARIES: '/a', NODE_OPTIONS: '-r a' }, {}],
    ['no environment', { VIRTUAL_ENV: '/a', CONDA_PREFIX: '/a', UV_PROJECT_ENVIRONMENT: '/a' }, {}],
    ['no Python of their choice', { UV_PYTHON: '/a', PIP_PYTHON: '/a' }, {}],
    ['no place to work in', { UV_WORKING_DIR: '/a', UV_PROJECT: '/a', UV_ENV_FILE: '/a' }, {}],
    ['no log, and nowhere to install', { PIP_LOG: '/a', PIP_TARGET: '/a', PIP_PREFIX: '/a', PIP_REPORT: '/a' }, {}],
    ['nothing that has things built', { PIP_NO_BINARY: ':all:', UV_NO_BINARY: '1', PIP_REQUIREMENT: 'a' }, {}],
    [
      'the way to the indexes',
      { PIP_INDEX_URL: 'https://a', UV_INDEX_A_PASSWORD: 'x' },
      { PIP_INDEX_URL: 'https://a', UV_INDEX_A_PASSWORD: 'x' },
    ],
    ['proxies, in either case', { https_proxy: 'http://a', NO_PROXY: 'b' }, { https_proxy: 'http://a', NO_PROXY: 'b' }],
    [
      'certificates, made whole',
      { SSL_CERT_FILE: 'ca.pem', PIP_CERT: '/a' },
      { SSL_CERT_FILE: '/repository/ca.pem', PIP_CERT: '/a' },
    ],
    [
      'of PATH what is whole and outside',
      { PATH: ['.', '', '/a', '/repository/bin', 'b', '/c'].join(delimiter) },
      { PATH: `/a${delimiter}/c` },
    ],
    ['no PATH where nothing is left', { PATH: '.', LD_LIBRARY_PATH: '' }, {}],
  ])('%s', async (_, variables, passed) => {
    const { environment, leftOut } = await neutral(variables)
    expect(environment).toEqual({ ...passed, ...always })
    expect(leftOut).toEqual([])
  })

  test.each([
    ['HOME', '/repository'],
    ['XDG_CONFIG_HOME', '/repository/.config'],
    ['PIP_CONFIG_FILE', '/repository/pip.conf'],
    ['PIP_CONFIG_FILE', 'pip.conf'],
    ['UV_CONFIG_FILE', './uv.toml'],
    ['UV_CACHE_DIR', '/repository/.cache'],
    ['NETRC', '/repository/.netrc'],
  ])('no %s that is %s, and that is told', async (name, value) => {
    const { environment, leftOut } = await neutral({ [name]: value })
    expect(environment).toEqual(always)
    expect(leftOut).toEqual([name])
  })

  test('what the files name, but nothing that steers', async () => {
    const variables = { TOKEN: 'x', OTHER: 'x', PYTHONPATH: '/a', LD_PRELOAD: '/a', VIRTUAL_ENV: '/a', UV_PYTHON: '/a' }
    const { environment } = await neutral(variables, ['TOKEN', 'PYTHONPATH', 'LD_PRELOAD', 'VIRTUAL_ENV', 'UV_PYTHON'])
    expect(environment).toEqual({ TOKEN: 'x', ...always })
  })
})

describe.skipIf(process.platform === 'win32')('the settings of uv', () => {
  test.each<
    [id: string, files: readonly string[], variables: Readonly<Record<string, string>>, flags: readonly string[]]
  >([
    ['none', [], { HOME: '{HERE}' }, ['--no-config']],
    ['the user’s', ['.config/uv/uv.toml'], { HOME: '{HERE}' }, ['--config-file', '{HERE}/.config/uv/uv.toml']],
    [
      'the user’s, elsewhere',
      ['c/uv/uv.toml'],
      { XDG_CONFIG_HOME: '{HERE}/c' },
      ['--config-file', '{HERE}/c/uv/uv.toml'],
    ],
    ['the system’s', ['etc/uv/uv.toml'], { XDG_CONFIG_DIRS: '{HERE}/etc' }, ['--config-file', '{HERE}/etc/uv/uv.toml']],
    ['those that the user names', ['.config/uv/uv.toml'], { HOME: '{HERE}', UV_CONFIG_FILE: '/a' }, []],
    ['none, as the user says', ['.config/uv/uv.toml'], { HOME: '{HERE}', UV_NO_CONFIG: '1' }, ['--no-config']],
    ['without a home', [], {}, ['--no-config']],
  ])('%s', async (_, files, variables, flags) => {
    const folder = folderWith(Object.fromEntries(files.map(name => [name, ''])))
    const filled = (text: string) => text.replaceAll('{HERE}', folder)
    const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)]))
    expect(await uvSettings({ XDG_CONFIG_DIRS: `${folder}/none`, ...environment })).toEqual(flags.map(filled))
  })
})
