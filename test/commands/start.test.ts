import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/commands/program.ts'
import { keepCode, readCode } from '../../src/commands/start/code-cache.ts'
import { codeFolder, codeName, commandNames } from '../../src/commands/start/places.ts'
import { torchpinIn } from '../loopback/torchpin.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'torchpin-start-'))
const compiled = { code: Buffer.from('compiled code'), bytecode: 1234.5 }

/** A folder with one entry, and its path. */
function kept(): { folder: string; file: string } {
  const folder = join(temporary(), 'torchpin', 'code')
  keepCode(folder, 'entry', compiled)
  return { folder, file: join(folder, 'entry') }
}

describe('compiled code', () => {
  test('is read as it was kept, by this user alone', () => {
    const { folder, file } = kept()
    expect(readCode(folder, 'entry')).toEqual(compiled)
    expect(readdirSync(folder)).toEqual(['entry'])
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
  })

  const others: Record<string, (folder: string, file: string) => void> = {
    'a folder that a group can write': folder => chmodSync(folder, 0o770),
    'a folder that everybody can read': folder => chmodSync(folder, 0o755),
    'a link in place of the folder': folder => {
      renameSync(folder, `${folder}-elsewhere`)
      symlinkSync(`${folder}-elsewhere`, folder)
    },
    'a file that others can write': (_, file) => chmodSync(file, 0o602),
    'a link in place of the file': (_, file) => {
      renameSync(file, `${file}-elsewhere`)
      symlinkSync(`${file}-elsewhere`, file)
    },
    'a folder in place of the file': (_, file) => {
      renameSync(file, `${file}-elsewhere`)
      mkdirSync(file, { mode: 0o700 })
    },
    'a changed byte': (_, file) => writeFileSync(file, readFileSync(file, 'latin1').replace('code', 'node')),
    'a changed count': (_, file) => {
      const bytes = readFileSync(file)
      bytes[9]! ^= 1
      writeFileSync(file, bytes)
    },
    'a file cut short': (_, file) => truncateSync(file, 20),
    'an empty file': (_, file) => truncateSync(file, 0),
  }
  test.skipIf(process.platform === 'win32').each(Object.entries(others))('is not taken from %s', (_, change) => {
    const { folder, file } = kept()
    change(folder, file)
    expect(readCode(folder, 'entry')).toBeUndefined()
  })

  test('is not laid where others can write', () => {
    const { folder } = kept()
    chmodSync(folder, 0o777)
    keepCode(folder, 'another', compiled)
    expect(readdirSync(folder)).toEqual(['entry'])
  })

  test('goes once there is much that is newer', () => {
    const { folder } = kept()
    for (let i = 0; i < 40; i++) keepCode(folder, `entry-${i}`, compiled)
    expect(readdirSync(folder).length).toBeLessThanOrEqual(16)
    expect(readCode(folder, 'entry-39')).toEqual(compiled)
  })

  test('that cannot be kept is no trouble', () => {
    keepCode('/dev/null/nothing', 'entry', compiled)
    expect(readCode('/dev/null/nothing', 'entry')).toBeUndefined()
  })
})

describe('where it is kept', () => {
  test.each([
    { id: 'with the caches of the user', environment: { HOME: '/home/me' }, folder: '/home/me/.cache/torchpin/code' },
    { id: 'from the home folder too', environment: { HOME: '/work' }, folder: '/work/.cache/torchpin/code' },
    {
      id: 'not where answers are',
      environment: { HOME: '/home/me', TORCHPIN_CACHE_DIR: '/work/cache' },
      folder: '/home/me/.cache/torchpin/code',
    },
    {
      id: 'not in the repository',
      environment: { HOME: '/home/me', XDG_CACHE_HOME: '/work/.cache' },
      folder: undefined,
    },
    { id: 'nowhere', environment: { HOME: '/home/me', NODE_DISABLE_COMPILE_CACHE: '1' }, folder: undefined },
  ])('$id', ({ environment, folder }) => {
    expect(codeFolder(environment, '/work')).toBe(process.platform === 'linux' ? folder : expect.anything())
  })

  test('each command has an entry of its own; what is no command shares one', () => {
    const commands = createProgram().commands.map(command => command.name())
    expect([...commandNames].sort()).toEqual(commands.sort())
    const head = `/*${'0'.repeat(36)}*/`
    expect(new Set([...commandNames, '--help', '../x'].map(name => codeName(head, name))).size).toBe(
      commandNames.length + 1,
    )
    expect(codeName(head, '../x')).toMatch(/^other-0{36}-v[\d.]+-\w+$/)
  })
})

describe('the command', () => {
  const cwd = resolve(import.meta.dirname, '../..')
  const entriesIn = (home: string) => {
    const folder = join(home, '.cache', 'torchpin', 'code')
    return readdirSync(folder).map(name => join(folder, name))
  }

  test('keeps its code with the first run, runs with it, and mends it', async () => {
    const home = temporary()
    const run = (...args: string[]) => torchpinIn(home)(cwd, args, { env: { NODE_DISABLE_COMPILE_CACHE: '' } })
    const first = await run('explain', 'TORCH_WITHOUT_CPU_INDEX')
    const [entry] = entriesIn(home)
    const before = statSync(entry!)
    expect(await run('explain', 'TORCH_WITHOUT_CPU_INDEX')).toEqual(first)
    expect(statSync(entry!).mtimeMs).toBe(before.mtimeMs)
    truncateSync(entry!, 1000)
    expect(await run('explain', 'TORCH_WITHOUT_CPU_INDEX')).toEqual(first)
    expect(statSync(entry!).size).toBeGreaterThan(before.size / 2)
  })

  test('compiles anew what another V8 compiled', async () => {
    const home = temporary()
    const run = (...args: string[]) => torchpinIn(home)(cwd, args, { env: { NODE_DISABLE_COMPILE_CACHE: '' } })
    const first = await run('versions', '--help')
    const [entry] = entriesIn(home)
    const name = entry!.split('/').at(-1)!
    const folder = join(home, '.cache', 'torchpin', 'code')
    // V8 looks for its version in the second word of the code.
    const { code, bytecode } = readCode(folder, name)!
    const foreign = Buffer.from(code)
    foreign.writeUInt32LE((foreign.readUInt32LE(4) ^ 1) >>> 0, 4)
    keepCode(folder, name, { code: foreign, bytecode })
    expect(await run('versions', '--help')).toEqual(first)
    expect(readCode(folder, name)!.code.readUInt32LE(4)).toBe(code.readUInt32LE(4))
  })

  test('that needs more of the code keeps that too', async () => {
    const home = temporary()
    const run = (...args: string[]) => torchpinIn(home)(cwd, args, { env: { NODE_DISABLE_COMPILE_CACHE: '' } })
    await run('explain', '--help')
    const [entry] = entriesIn(home)
    const before = statSync(entry!).size
    await run('explain', 'TORCH_WITHOUT_CPU_INDEX')
    expect(statSync(entry!).size).toBeGreaterThan(before)
  })
})
