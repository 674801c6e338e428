import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readRecord, writeRecord } from '../../src/commands/last-run/record.ts'
import { commandIn } from '../loopback/in-process.ts'
import { cpu2023, main2023, pages2023 } from '../loopback/worlds.ts'
import { sandbox } from '../sandbox.ts'
import { askedUntilKept, asker, isAgain, withoutRun } from './same-question.ts'

const { temporary, indexes, folderWith } = sandbox(cpu2023, main2023, pages2023)
const ask = asker(temporary)
const records = () => join(temporary, 'cache', 'last-run')

/** What every row below starts from: a repository with a kept answer. */
const files = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  'requirements.txt': '--extra-index-url {CPU}\ntorch==2.1.0\nnumpy\n',
  'api/requirements.txt': '-r base.txt\n',
  'api/base.txt': '--extra-index-url {CPU}\ntorch==2.0.1\n',
  'pip.conf': '[global]\ntimeout = 20\n',
}

/** Changes something. What is asked then is the same, unless it gives something else. */
type Change = (asked: Asked) => unknown

interface Asked {
  readonly cwd: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const usual = (cwd: string): Asked => ({
  cwd,
  args: ['check', '--cpu-index-url', indexes.cpu, '--index-url', indexes.main, '--python', '3.11', '.'],
  env: { PIP_CONFIG_FILE: join(cwd, 'pip.conf') },
})

const askAs = ({ cwd, args, env }: Asked) => ask(cwd, args, env)
const put = (name: string, text: string) => (asked: Asked) => {
  writeFileSync(join(asked.cwd, name), text)
}

/** Changes the packs in the cache of pages as `change` does. */
const withPacks = (change: (path: string) => void) => () => {
  const store = join(temporary, 'cache', 'v3')
  for (const name of readdirSync(store)) if (name.endsWith('.pack')) change(join(store, name))
}

/** Changes the record of the only answer that is kept. */
const withRecord = (change: (path: string, name: string) => void) => () => {
  for (const name of readdirSync(records())) change(join(records(), name), name)
}

const rows: readonly (readonly [id: string, change: Change])[] = [
  ['the content of a file', put('requirements.txt', '--extra-index-url {CPU}\ntorch==2.0.1\nnumpy\n')],
  [
    'as many other characters, with the time of before',
    asked => {
      const path = join(asked.cwd, 'requirements.txt')
      const { atime, mtime } = statSync(path)
      writeFileSync(path, readFileSync(path, 'utf8').replace('2.1.0', '2.0.1'))
      utimesSync(path, atime, mtime)
    },
  ],
  ['a file that another includes', put('api/base.txt', 'torch==2.1.0\n')],
  ['a file that is gone', asked => unlinkSync(join(asked.cwd, 'api/base.txt'))],
  ['a new requirements file in a folder', put('api/requirements-dev.txt', 'torch\n')],
  ['a new folder', asked => mkdirSync(join(asked.cwd, 'web'))],
  ['a file that states a Python', put('.python-version', '3.11\n')],
  ['a Dockerfile', put('Dockerfile', 'FROM python:3.11\n')],
  ['what git ignores', put('.gitignore', 'api\n')],
  ['the settings of the repository', put('torchpin.toml', 'pin = "torch"\n')],
  ["pip's settings", put('pip.conf', '[global]\ntimeout = 21\n')],
  ['a variable that was not set', asked => ({ ...asked, env: { ...asked.env, FORCE_COLOR: '1' } })],
  ["one more of pip's variables", asked => ({ ...asked, env: { ...asked.env, PIP_TIMEOUT: '9' } })],
  ['a variable with another value', asked => ({ ...asked, env: { ...asked.env, PIP_CONFIG_FILE: '/dev/null' } })],
  ['a flag', asked => ({ ...asked, args: [...asked.args, '--pin', 'torch'] })],
  ['the current folder', asked => ({ ...asked, cwd: join(asked.cwd, 'api') })],
  ['options of Node', asked => ({ ...asked, env: { ...asked.env, NODE_OPTIONS: '--no-deprecation' } })],
  ['pages in the cache', withPacks(path => writeFileSync(path, readFileSync(path)))],
  ['pages that are no longer in the cache', withPacks(path => rmSync(path))],
  [
    'the time until which its pages count',
    withRecord((path, name) =>
      writeRecord(join(path, '..'), name, { ...readRecord(join(path, '..'), name)!, until: 1 }),
    ),
  ],
  [
    'the clock, which was put back',
    withRecord((path, name) => {
      const kept = readRecord(join(path, '..'), name)!
      writeRecord(join(path, '..'), name, { ...kept, made: Date.now() + 3_600_000 })
    }),
  ],
  ['its record, which is cut off', withRecord(path => writeFileSync(path, readFileSync(path).subarray(0, -10)))],
  [
    'its record, by one bit',
    withRecord(path => {
      const bytes = readFileSync(path)
      bytes[bytes.length - 20]! ^= 1
      writeFileSync(path, bytes)
    }),
  ],
  [
    'its record, in whose place is a pipe',
    withRecord(path => {
      unlinkSync(path)
      execFileSync('mkfifo', [path])
    }),
  ],
  [
    'a file in whose place is a pipe',
    asked => {
      unlinkSync(join(asked.cwd, 'pip.conf'))
      execFileSync('mkfifo', [join(asked.cwd, 'pip.conf')])
    },
  ],
  [
    'a file in whose place is a device without end',
    asked => {
      unlinkSync(join(asked.cwd, 'pip.conf'))
      symlinkSync('/dev/zero', join(asked.cwd, 'pip.conf'))
    },
  ],
]

describe('an answer is worked out anew after a change of', () => {
  beforeAll(async () => {
    await askAs(usual(folderWith(files)))
  })

  // Each takes three starts of the command.
  test.each(rows)('%s', async (_, change) => {
    rmSync(records(), { recursive: true, force: true })
    const asked = usual(folderWith(files))
    await askedUntilKept(() => askAs(asked))
    const changed = (change(asked) as Asked | undefined) ?? asked
    const now = await askAs(changed)
    expect(isAgain(now)).toBe(false)
    // Within this process, which has no last run.
    const without = await commandIn(temporary)(changed.cwd, [...changed.args, '--verbose'], { env: changed.env })
    expect(withoutRun(now)).toEqual(withoutRun(without))
  })

  test('where a link leads', async () => {
    const cwd = folderWith({ ...files, 'new/a.txt': '{CPU}\n' })
    unlinkSync(join(cwd, 'api/base.txt'))
    symlinkSync('../requirements.txt', join(cwd, 'api/base.txt'))
    await askedUntilKept(() => askAs(usual(cwd)))
    unlinkSync(join(cwd, 'api/base.txt'))
    symlinkSync('../copy.txt', join(cwd, 'api/base.txt'))
    writeFileSync(join(cwd, 'copy.txt'), readFileSync(join(cwd, 'requirements.txt')))
    expect(isAgain(await askAs(usual(cwd)))).toBe(false)
  })
})

describe('an answer is given again after a change of', () => {
  test.each<readonly [string, Change]>([
    ['nothing', asked => asked],
    ['a file that no run looks at', put('README.md', 'torch\n')],
    ['a variable that no run reads', asked => ({ ...asked, env: { ...asked.env, OLDPWD: '/elsewhere' } })],
    ['the time of a file', asked => utimesSync(join(asked.cwd, 'requirements.txt'), 1, 1)],
  ])('%s', async (_, change) => {
    const asked = usual(join(folderWith({ ...files, 'api/README.md': '' }), 'api'))
    await askedUntilKept(() => askAs(asked))
    expect(isAgain(await askAs((change(asked) as Asked | undefined) ?? asked))).toBe(true)
  })
})
