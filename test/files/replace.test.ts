import { expect, test } from 'vitest'
import { replaceFile } from '../../src/files/replace.ts'

/** A system on which the first renames fail with these codes. */
function system(platform: NodeJS.Platform, ...codes: string[]) {
  const waited: number[] = []
  let tries = 0
  return {
    platform,
    rename: async () => {
      const code = codes[tries++]
      if (code) throw Object.assign(new Error(code), { code })
    },
    wait: async (milliseconds: number) => waited.push(milliseconds),
    waited,
    tries: () => tries,
  }
}

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'on Windows a file that is open for a moment is replaced then: %s',
  async code => {
    const windows = system('win32', code, code)
    await replaceFile('draft', 'requirements.txt', windows)
    expect([windows.tries(), windows.waited]).toEqual([3, [10, 30]])
  },
)

test('one that stays open is an error after a second', async () => {
  const windows = system('win32', ...Array(20).fill('EBUSY'))
  await expect(replaceFile('draft', 'requirements.txt', windows)).rejects.toMatchObject({ code: 'EBUSY' })
  expect(windows.waited.reduce((sum, pause) => sum + pause)).toBe(1000)
})

test('nothing else is tried again', async () => {
  const windows = system('win32', 'ENOSPC')
  await expect(replaceFile('draft', 'requirements.txt', windows)).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(windows.tries()).toBe(1)
})

test('elsewhere an open file is no obstacle, and no right stays none', async () => {
  const linux = system('linux', 'EPERM')
  await expect(replaceFile('draft', 'requirements.txt', linux)).rejects.toMatchObject({ code: 'EPERM' })
  expect([linux.tries(), linux.waited]).toEqual([1, []])
})
