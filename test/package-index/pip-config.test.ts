import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pipConfigFiles, readPipConfig } from '../../src/package-index/pip-config.ts'
import { failure, temporaryFolder } from './server.ts'

interface Case {
  readonly id: string
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly answer: Readonly<Record<string, unknown>> | 'refused'
}

const recorded: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/package-index/pip-config.json', import.meta.url), 'utf8'),
)

describe('what pip itself makes of it', () => {
  test.each(recorded.cases)('$id', async ({ files = {}, env = {}, answer }) => {
    const root = temporaryFolder()
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace('{root}', root)]))
    const environment = {
      HOME: join(root, 'home'),
      XDG_CONFIG_DIRS: join(root, 'xdg'),
      VIRTUAL_ENV: join(root, 'venv'),
      ...given,
    }
    // That of the machine at hand is no part of a case.
    const paths = (await pipConfigFiles(environment, 'linux')).filter(path => path !== '/etc/pip.conf')
    if (answer === 'refused')
      expect((await failure(readPipConfig(environment, paths))).code).toMatch(/^(FILE_UNREADABLE|BAD_OPTION)$/)
    else expect(await readPipConfig(environment, paths)).toEqual(answer)
  })
})

describe('what is refused is named', () => {
  test.each([
    { text: '[global]\ntimeout = 1\nnonsense\n', message: '3: this line is neither a section nor an option' },
    { text: 'timeout = 1\n', message: '1: a section such as [global] is expected before this line' },
    { text: '[global]\n[install]\n[global]\n', message: '3: the section [global] is there twice' },
    { text: '[global]\nindex-url = a\nindex_url = b\n', message: '3: the option index-url is there twice' },
  ])('$message', async ({ text, message }) => {
    const path = join(temporaryFolder(), 'pip.conf')
    writeFileSync(path, text)
    expect(await failure(readPipConfig({}, [path]))).toEqual({
      code: 'FILE_UNREADABLE',
      message: `${path}:${message}`,
      hint: 'pip refuses this configuration file too',
    })
  })

  test.each([
    { environment: { PIP_NO_INDEX: 'maybe' }, message: "pip's setting no-index is neither yes nor no: maybe" },
    { environment: { PIP_RETRIES: '-1' }, message: "pip's setting retries is no number of times: -1" },
    { environment: { PIP_TIMEOUT: 'soon' }, message: "pip's setting timeout is no number of seconds: soon" },
  ])('$message', async ({ environment, message }) => {
    expect(await failure(readPipConfig(environment, []))).toEqual({ code: 'BAD_OPTION', message })
  })
})

test('a leading ~ is the home folder', async () => {
  const environment = {
    HOME: '/home/me',
    USERPROFILE: '/home/me',
    PIP_CERT: '~/ca.pem',
    PIP_FIND_LINKS: '~/wheels ~other',
  }
  expect(await readPipConfig(environment, [])).toMatchObject({
    cert: '/home/me/ca.pem',
    findLinks: ['/home/me/wheels', '~other'],
  })
})

describe('where pip looks', () => {
  test.each([
    {
      id: 'Linux',
      platform: 'linux',
      environment: { HOME: '/home/me' },
      files: ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/me/.pip/pip.conf', '/home/me/.config/pip/pip.conf'],
    },
    {
      id: 'Linux with everything set',
      platform: 'linux',
      environment: {
        HOME: '/home/me',
        XDG_CONFIG_HOME: '/cfg',
        XDG_CONFIG_DIRS: '/a:/b',
        VIRTUAL_ENV: '/venv',
        PIP_CONFIG_FILE: '/not/there',
      },
      files: [
        '/a/pip/pip.conf',
        '/b/pip/pip.conf',
        '/etc/pip.conf',
        '/home/me/.pip/pip.conf',
        '/cfg/pip/pip.conf',
        '/venv/pip.conf',
        '/not/there',
      ],
    },
    {
      id: 'macOS',
      platform: 'darwin',
      environment: { HOME: '/nonexistent/me' },
      files: [
        '/Library/Application Support/pip/pip.conf',
        '/nonexistent/me/.pip/pip.conf',
        '/nonexistent/me/.config/pip/pip.conf',
      ],
    },
    {
      id: 'Windows',
      platform: 'win32',
      environment: {
        USERPROFILE: 'C:\\Users\\me',
        APPDATA: 'C:\\Users\\me\\AppData\\Roaming',
        PROGRAMDATA: 'D:\\Data',
        VIRTUAL_ENV: 'C:\\venv',
      },
      files: [
        'D:\\Data\\pip\\pip.ini',
        'C:\\Users\\me\\pip\\pip.ini',
        'C:\\Users\\me\\AppData\\Roaming\\pip\\pip.ini',
        'C:\\venv\\pip.ini',
      ],
    },
    { id: 'Windows, switched off', platform: 'win32', environment: { PIP_CONFIG_FILE: 'nul' }, files: [] },
    { id: 'switched off', platform: 'linux', environment: { PIP_CONFIG_FILE: '/dev/null' }, files: [] },
  ] as const)('$id', async ({ platform, environment, files }) => {
    expect(await pipConfigFiles(environment, platform)).toEqual(files)
  })

  test('macOS, where the folder of its own is there', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, 'Library/Application Support/pip'), { recursive: true })
    expect(await pipConfigFiles({ HOME: home }, 'darwin')).toContain(
      join(home, 'Library/Application Support/pip/pip.conf'),
    )
  })
})
