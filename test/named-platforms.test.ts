import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Options } from '../src/contract/options.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

/** What a run says of the platforms that the markers of the files name; what is written is in `fixtures/cases/markers-name-*`. */
const { temporary: cwd, optionsIn } = sandbox(cpu2023, main2023)

async function told(text: string, more: Partial<Options> = {}) {
  writeFileSync(join(cwd, 'requirements.txt'), text)
  const notices: string[] = []
  const { result } = await rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    sizes: false,
    onNotice: message => notices.push(message),
    ...more,
  })
  return { notices, platforms: result.target.platforms }
}

test('a platform that a marker names counts, and the line that names it is told', async () => {
  expect(await told('torch\nnumpy ; sys_platform != "darwin"\n')).toEqual({
    notices: ['requirements.txt:2 names macOS: taking the files to be for macos-arm64 too (choose with --platform)'],
    platforms: ['linux-x86_64', 'macos-arm64'],
  })
})

test('one on which the files have no solution is told, and does not count', async () => {
  expect(await told('torch\nnumpy ; sys_platform == "win32"\nfilelock ; sys_platform != "darwin"\n')).toEqual({
    notices: [
      'requirements.txt:2 names Windows, but no set of versions satisfies the files there: leaving windows-x86_64 out',
      'requirements.txt:3 names macOS: taking the files to be for macos-arm64 too (choose with --platform)',
    ],
    platforms: ['linux-x86_64', 'macos-arm64'],
  })
})

test('where none is named, and where one is asked for, nothing is told', async () => {
  expect(await told('torch\n')).toEqual({ notices: [], platforms: ['linux-x86_64'] })
  expect(await told('torch\nnumpy ; sys_platform == "win32"\n', { platform: ['linux-x86_64'] })).toEqual({
    notices: [],
    platforms: ['linux-x86_64'],
  })
})

test('on a platform that is asked for, files without a solution are refused', async () => {
  const asked = told('torch\n', { platform: ['linux-x86_64', 'windows-x86_64'] })
  await expect(asked).rejects.toMatchObject({ code: 'NO_SOLUTION' })
})

test('a marker that holds on no Python in question names nothing', async () => {
  const { platforms } = await told('torch\nnumpy ; sys_platform == "darwin" and python_version < "3.8"\n')
  expect(platforms).toEqual(['linux-x86_64'])
})
