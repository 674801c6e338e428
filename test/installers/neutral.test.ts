import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rewrite } from '../../src/rewrite/rewrite.ts'
import { isFull } from '../full.ts'
import { torchpinIn } from '../loopback/torchpin.ts'
import { cpu2023, main2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import { files, trapGround } from './trap-ground.ts'
import { traps } from './traps.ts'

/** What is run, and heeded, where a stranger's repository is verified: nothing of it. Programs stand in for pip and uv. */

const box = sandbox(cpu2023, main2023)
const { indexes, temporary, optionsIn } = box
const { asked, address, trapped, verified } = trapGround(box)
const onPosix = process.platform !== 'win32'

/** Programs that answer as pip and uv do, and the file in which they note how they were started. */
function standIns(): { readonly bin: string; readonly log: () => string } {
  const bin = mkdtempSync(join(temporary, 'bin-'))
  const log = join(bin, 'log')
  writeFileSync(log, '')
  const noting = `{ echo "$0 $*"; pwd; ls -A; env; } >> '${log}'`
  for (const [name, version] of [
    ['python3.11', 'pip 26.3 from /somewhere (python 3.11)'],
    ['uv', 'uv 0.13.9'],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/bash\ncase "$*" in *--version) echo '${version}';; *) ${noting};; esac\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return { bin, log: () => readFileSync(log, 'utf8') }
}

describe.each([
  { where: 'in the repository', inside: true },
  { where: 'from elsewhere', inside: false },
])('--verify $where goes into no trap', ({ inside }) => {
  const sets =
    inside || isFull ? traps.map(trap => ({ id: trap.id, set: [trap] })) : [{ id: 'whatever lies there', set: traps }]
  test.skipIf(!onPosix).each(sets)('$id', async ({ set }) => {
    const world = trapped(set, files, `${standIns().bin}:/usr/bin:/bin`)
    const { result } = await verified(
      world,
      inside ? world.repository : temporary,
      inside ? 'requirements.txt' : join(world.repository, 'requirements.txt'),
    )
    expect(result.verified?.map(({ tool }) => tool)).toEqual(['pip', 'uv'])
    expect(set.filter(world.sprung)).toEqual([])
    expect(world.remoteIsAsked()).toBe(false)
  })
})

describe.skipIf(!onPosix)('the command', () => {
  const rewriting = async (args: readonly string[], more: Readonly<Record<string, string>>) => {
    const { bin, log } = standIns()
    const world = trapped(traps, { ...files, ...more }, `${bin}:/usr/bin:/bin`)
    const indexFlags = ['--cpu-index-url', indexes.cpu, '--index-url', indexes.main]
    const ran = await torchpinIn(temporary)(
      world.repository,
      ['rewrite', '--dry-run', '--no-sizes', '--python', '3.11', ...indexFlags, ...args, 'requirements.txt'],
      { env: { ...world.variables, SECRET_TOKEN: 'hunter2' } },
    )
    return { ...ran, log: log(), sprung: traps.filter(world.sprung).map(({ id }) => id) }
  }

  test('--verify starts them alone, in an empty folder, with few variables', async () => {
    const { code, stderr, log, sprung } = await rewriting(['--verify'], {})
    expect(stderr).toMatch(/note: requirements\.txt:5 is not verified: that could run code of a package\n/)
    expect(stderr).toMatch(/note: UV_CONFIG_FILE leads into the repository, /)
    expect(code).toBe(0)
    expect(sprung).toEqual([])
    const told = log.split('\n')
    // Before it, uv's part tries whether the Python runs at all.
    const [pip, folder, next] = told.slice(told.findIndex(line => line.includes(' -m pip install ')))
    expect(pip).toMatch(/\/bin-\w+\/python3\.11 -I -m pip install --dry-run --ignore-installed --only-binary=:all: /)
    expect(folder).toMatch(/\/torchpin-verify-\w+\/empty$/)
    // Variables follow at once: nothing is in the folder.
    expect(next).toMatch(/^\w+=/)
    expect(log).toMatch(/\/bin-\w+\/uv pip compile .*--no-config --python \/\S+\/bin-\w+\/python3\.11 /)
    expect(log).toMatch(/^PATH=\/[^:]+\/bin-\w+:\/usr\/bin:\/bin$/m)
    const ofBash = ['PWD', 'OLDPWD', 'SHLVL', '_']
    const names = new Set([...log.matchAll(/^(\w+)=/gm)].map(([, name]) => name!))
    expect([...names].filter(name => !ofBash.includes(name)).sort()).toEqual(
      ['HOME', 'PATH', 'PIP_BREAK_SYSTEM_PACKAGES', 'TEMP', 'TMP', 'TMPDIR'].sort(),
    )
    expect(readdirSync(tmpdir()).filter(name => folder!.includes(`/${name}/`))).toEqual([])
  })

  test.each([
    { file: 'torchpin.toml', text: 'verify = true\n', line: 1 },
    { file: 'pyproject.toml', text: '[tool.torchpin]\nverify = true\n', line: 2 },
  ])('verify = true in $file is refused, and nothing is started', async ({ file, text, line }) => {
    const { code, stderr, log, sprung } = await rewriting([], { [file]: text })
    expect(stderr).toContain(`error[BAD_OPTION]: ${file}:${line}: verify = true: a repository cannot set verify`)
    expect(code).toBe(2)
    expect(log).toBe('')
    expect(sprung).toEqual([])
  })
})

test.each([
  { id: 'in the repository is the repository’s, and is not read', place: '.venv', isRead: false },
  { id: 'elsewhere is the user’s', place: '../venv', isRead: true },
])('a pip.conf of a virtual environment $id', async ({ place, isRead }) => {
  const cwd = join(mkdtempSync(join(temporary, 'site-')), 'repository')
  for (const [name, text] of Object.entries({
    '.git/HEAD': '',
    'requirements.txt': 'torch>=2.0\nfilelock>=3\n',
    [`${place}/pip.conf`]: `[global]\nextra-index-url = ${address()}/site/${isRead}\n`,
  })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  await rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    environment: { HOME: temporary, VIRTUAL_ENV: join(cwd, place) },
    sizes: false,
  }).catch(() => undefined)
  expect(asked.some(url => url.startsWith(`/site/${isRead}/`))).toBe(isRead)
})
