import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TorchpinError } from '../src/contract/errors.ts'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { folderWith } from './workspace/temporary.ts'

/** A line with a path that no file has; what the run says, where it ends. */
test.each<[id: string, line: string, code?: string]>([
  ['links behind a hidden slash', '--find-links file:///a%2Fb'],
  ['links of another machine', '--find-links file://host/x'],
  ['links with a NUL', '--find-links "a\0b"'],
  ['links in a URL with a NUL', '--find-links file:///a%00b'],
  ['links of nobody', '--find-links ~nobody/x'],
  ['links in a long name', `--find-links ${'a'.repeat(300)}`],
  ['an index behind a hidden slash', '--index-url file:///a%2Fb/', 'INDEX_UNREADABLE'],
  ['an index of another machine', '--index-url file://host/x', 'INDEX_UNREADABLE'],
  ['an index with a NUL', '--index-url file:///%00', 'INDEX_UNREADABLE'],
  ['a wheel behind a hidden slash', 'flask @ file:///a%2fb/flask-1.0-py3-none-any.whl'],
  ['an editable behind a hidden slash', '-e file:///a%2fb'],
  ['an include with a NUL', '-r "a\0b.txt"', 'FILE_UNREADABLE'],
  ['an include behind a hidden slash', '-r file:///a%2fb', 'FILE_UNREADABLE'],
  ['an include of another machine', '-r file://host/x', 'FILE_UNREADABLE'],
  ['an include with a long name', `-c ${'a'.repeat(300)}.txt`, 'FILE_UNREADABLE'],
  ['an include a thousand folders up', `-r ${'../'.repeat(4000)}x.txt`, 'FILE_UNREADABLE'],
  ['an include as Windows writes it', '-r ..\\..\\x.txt', 'FILE_UNREADABLE'],
  ['the folder itself', '-r .', 'FILE_UNREADABLE'],
  ['nothing', '-r ""', 'FILE_UNREADABLE'],
])('%s', async (_, line, code) => {
  const cwd = folderWith({ '.git/HEAD': '', 'requirements.txt': `six==1.17.0\n${line}\n` })
  const run = rewrite(['requirements.txt'], {
    cwd,
    cacheDir: join(cwd, 'cache'),
    offline: true,
    sizes: false,
    python: ['3.12'],
    environment: { HOME: cwd, PIP_CONFIG_FILE: '/dev/null' },
  })
  const ended = await run.catch(error => error)
  if (code === undefined) expect(ended).not.toBeInstanceOf(Error)
  else {
    expect(ended).toBeInstanceOf(TorchpinError)
    expect(ended.code).toBe(code)
  }
})
