import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { check } from '../src/check/check.ts'
import type { Options } from '../src/contract/options.ts'
import { checkReports } from '../src/report/check.ts'
import { describeError } from '../src/report/error.ts'
import { reports } from '../src/report/rewrite/reports.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { commandIn } from './loopback/in-process.ts'
import { serve } from './package-index/server.ts'
import { folderWith } from './workspace/temporary.ts'

const secret = 'sesame-9f86d081'
const style = { color: false, width: 100, diffOnly: false, quiet: false, ascii: false, terminal: false }

/** Secrets as they lie about on machines, by the names that they have there. */
const secrets: Readonly<Record<string, { readonly path: string; readonly text: string }>> = {
  netrc: { path: 'home/.netrc', text: `machine github.com\n  login me\n  password ${secret}\n` },
  'a netrc of one word a line': { path: 'home/.netrc', text: `machine\nlogin\npassword\n${secret}\n` },
  'a key of a cloud': { path: 'home/.aws/credentials', text: `[default]\naws_secret_access_key = ${secret}\n` },
  'git credentials': { path: 'home/.git-credentials', text: `https://me:${secret}@example.org\n` },
  'a token': { path: 'home/token', text: `${secret}\n` },
  'a token in a text file': { path: 'home/token.txt', text: `${secret}\n` },
  'a token with a comment': { path: 'home/token.txt', text: `# ${secret}\n${secret}\n` },
  'a token in another encoding': { path: 'home/token.txt', text: `# coding: ${secret}\nfoo==1\n` },
  'environment of a process': { path: 'home/environ', text: `PATH=/bin\0TOKEN=${secret}\0` },
  'a key': { path: 'home/id_ed25519', text: `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}\n-----END-----\n` },
  'passwords of the system': { path: 'etc/shadow', text: `root:$6$${secret}:19000:0:99999:7:::\n` },
  'settings of git': {
    path: 'repository/.git/config',
    text: `[http "https://example.org/"]\n\textraheader = ${secret}\n`,
  },
  'settings of git with a name of ours': { path: 'repository/.git/requirements.txt', text: `foo==1 # ${secret}\n` },
  'variables of an application': { path: 'repository/.env', text: `TOKEN=${secret}\n` },
  'a hidden list': { path: 'repository/.secrets', text: `foo==1\n${secret}==1\n` },
  'a list that reads like requirements': { path: 'home/passwords', text: `router==${secret}\n${secret}>=1\n` },
  JSON: { path: 'home/key.json', text: `{"private_key": "${secret}"}\n` },
}

/** How a repository leads to a file. */
const ways: Readonly<
  Record<string, (root: string, path: string) => { line: string; variables?: Record<string, string> }>
> = {
  '-r and a path': (root, path) => ({ line: `-r ${join(root, path)}` }),
  '-c and a path': (root, path) => ({ line: `-c ${join(root, path)}` }),
  '-r and a relative path': (_, path) => ({ line: `-r ../${path}` }),
  '-r and a variable': (root, path) => ({ line: `-r \${HOME}/${path}`, variables: { HOME: root } }),
  '-r and a file URL': (root, path) => ({ line: `-r file://${join(root, path)}` }),
  '-r and a link with a name of ours': (root, path) => {
    symlinkSync(join(root, path), join(root, 'repository/base-requirements.txt'))
    return { line: '-r base-requirements.txt' }
  },
  '-e': (root, path) => ({ line: `-e ${join(root, path)}` }),
  '--find-links': (root, path) => ({ line: `--find-links ${join(root, path)}` }),
  '--index-url': (root, path) => ({ line: `--index-url file://${join(root, path)}` }),
  'a path alone': (root, path) => ({ line: join(root, path) }),
}

async function everythingSaid(cwd: string, given: Partial<Options>, paths: readonly string[]): Promise<string> {
  const said: string[] = []
  const options = { python: ['3.12'], sizes: false, cwd, ...given, onNotice: (line: string) => said.push(line) }
  const failed = (error: unknown) => void said.push(describeError(error, { ...style, verbose: true }))
  const done = await rewrite(paths, options).catch(failed)
  if (done) said.push(...Object.values(reports).map(report => report(done.result, style)))
  const found = await check(paths, { ...options, maxDownload: 1 }).catch(failed)
  if (found) said.push(...Object.values(checkReports).map(report => report(found, style)))
  return said.join('\n')
}

function world(path: string, text: string): string {
  const root = folderWith({ 'repository/.git/HEAD': '' })
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return root
}

describe.each(Object.keys(ways))('%s', way => {
  test.each(Object.keys(secrets))('tells nobody, and asks nobody for, what is in: %s', async id => {
    const { path, text } = secrets[id]!
    const root = world(path, text)
    const { line, variables } = ways[way]!(root, path)
    const index = await serve((_, response) => response.writeHead(404).end())
    const cwd = join(root, 'repository')
    writeFileSync(join(cwd, 'requirements.txt'), `${line}\nsix==1.17.0\n`)
    const environment = { HOME: '/nonexistent', PIP_CONFIG_FILE: '/dev/null', PIP_RETRIES: '0', ...variables }
    const given = { environment, cacheDir: join(root, 'cache'), cpuIndexUrl: `${index.url}/whl/cpu` }
    const asking = way === '--index-url' ? given : { ...given, indexUrl: `${index.url}/simple` }
    const said = await everythingSaid(cwd, asking, ['requirements.txt'])
    expect(said).not.toContain(secret)
    expect(index.asked.join(' ')).not.toContain(secret)
    if (/^-[rc]/.test(way)) expect(said).toMatch(/FILE_UNREADABLE.*, included by requirements\.txt:1,/)
  })
})

test.each(Object.keys(secrets))('a link that an argument names: %s', async id => {
  const { path, text } = secrets[id]!
  const root = world(path, text)
  symlinkSync(join(root, path), join(root, 'repository/requirements.txt'))
  const given = { offline: true, environment: { HOME: root, PIP_CONFIG_FILE: '/dev/null' } }
  expect(await everythingSaid(join(root, 'repository'), given, ['requirements.txt'])).not.toContain(secret)
})

test('whatever a file outside holds, no word of it is told where a line cannot be read', async () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9 =:@/.;[\]#'"-]{0,20}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), fc.nat(5), async (lines, at) => {
      const text = lines.toSpliced(at, 0, `${secret} ${secret}`).join('\n')
      const root = world('home/base.txt', text)
      writeFileSync(join(root, 'repository/requirements.txt'), '-r ../home/base.txt\n')
      const given = { offline: true, environment: { HOME: root, PIP_CONFIG_FILE: '/dev/null' } }
      const said = await everythingSaid(join(root, 'repository'), given, ['requirements.txt'])
      expect(said).not.toContain(secret)
      expect(said).toContain('../home/base.txt, included by requirements.txt:1, is no requirements file')
    }),
    { numRuns: 60 },
  )
})

describe('a requirements file outside counts, and is shown nowhere', () => {
  const base = `# of ${secret}\ntorch==2.13.0  # ${secret}\n`

  test.each(['-r', '-c'])('%s', async option => {
    const root = world('other/base.txt', base)
    writeFileSync(join(root, 'repository/requirements.txt'), `${option} ../other/base.txt\ntorch\n`)
    const given = { offline: true, environment: { HOME: root, PIP_CONFIG_FILE: '/dev/null' } }
    const said = await everythingSaid(join(root, 'repository'), given, ['requirements.txt'])
    expect(said).toContain('torch==2.13.0+cpu')
    expect(said).not.toContain(secret)
  })

  test('named as well, it is one of the run like any other', async () => {
    const root = world('other/base.txt', base)
    writeFileSync(join(root, 'repository/requirements.txt'), '-r ../other/base.txt\n')
    const given = { offline: true, environment: { HOME: root, PIP_CONFIG_FILE: '/dev/null' } }
    const said = await everythingSaid(join(root, 'repository'), given, ['requirements.txt', '../other/base.txt'])
    expect(said).toContain(secret)
  })

  test('in the repository, a line that cannot be read is shown with its place', async () => {
    const root = world('repository/base.txt', `torch = ${secret}\n`)
    writeFileSync(join(root, 'repository/requirements.txt'), '-r base.txt\n')
    const given = { offline: true, environment: { HOME: root, PIP_CONFIG_FILE: '/dev/null' } }
    expect(await everythingSaid(join(root, 'repository'), given, ['requirements.txt'])).toContain(`torch = ${secret}`)
  })
})

describe('a link out of the repository that a reader comes to by its name', () => {
  test.each([
    ['torchpin.toml', ['check', '--offline']],
    ['pyproject.toml', ['check', '--offline']],
    ['.python-version', ['check', '--offline']],
    ['.gitignore', ['check', '--offline']],
    ['Dockerfile', ['docker', 'check']],
    ['Dockerfile', ['docker', 'init', '--dry-run', '--force']],
    ['.dockerignore', ['docker', 'init', '--dry-run', '--force']],
    ['Procfile', ['docker', 'init', '--dry-run']],
    ['uv.lock', ['docker', 'init', '--dry-run']],
  ])('%s: torchpin %s', async (name, args) => {
    const root = world('home/secret', `[tool.torchpin]\n${secret} = "${secret}"\nweb: ${secret}\nFROM ${secret}\n`)
    const cwd = join(root, 'repository')
    writeFileSync(join(cwd, 'requirements.txt'), 'six==1.17.0\n')
    symlinkSync(join(root, 'home/secret'), join(cwd, name))
    for (const more of [[], ['--verbose'], ['--format', 'json']]) {
      const { stdout, stderr } = await commandIn(root)(cwd, [...args, ...more])
      expect(stdout + stderr).not.toContain(secret)
      expect(stderr).not.toContain('this is a bug')
    }
  })
})
