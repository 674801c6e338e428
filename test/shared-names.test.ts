import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewrite } from '../src/rewrite/rewrite.ts'
import { type Loopback, serveIndexes } from './loopback/indexes.ts'
import { cpu2023, main2023 } from './loopback/worlds.ts'
import { sandbox } from './sandbox.ts'

const pure = { tags: ['py3-none-any'] }
/** Has names of its own, one of the main index, and a torch that says it is the CPU build. */
let theirs: Loopback

const { indexes, folderWith, optionsIn } = sandbox(cpu2023, main2023)
beforeAll(async () => {
  theirs = await serveIndexes(
    {},
    {
      'our-models': { '1.0': pure },
      flask: { '2.3.3': pure },
      torch: { '2.1.0+cpu': { tags: ['cp311-cp311-linux_x86_64'] } },
    },
  )
})
afterAll(async () => {
  await theirs.close()
})

async function told(text: string): Promise<string[]> {
  const cwd = folderWith({})
  const at = (url: string) => url.replaceAll('THEIRS', theirs.main).replaceAll('CPU', indexes.cpu)
  writeFileSync(join(cwd, 'requirements.txt'), at(text))
  const { result } = await rewrite(['requirements.txt'], {
    ...optionsIn(cwd),
    sizes: false,
  })
  return result.files[0]!.diagnostics.filter(({ code }) => code === 'name-on-any-index').map(
    ({ level, line, message }) =>
      `${level} ${line}: ${message.replaceAll(theirs.main, 'THEIRS').replaceAll(indexes.main, 'MAIN')}`,
  )
}

const alone = 'our-models is on THEIRS and not on MAIN: whoever puts the name there has it installed'
const both = (names: string) =>
  `${names} on THEIRS and on another index too: pip takes the higher version, whoever made it`
const hash = `--hash=sha256:${'0'.repeat(64)}`

test.each<[id: string, text: string, told: string[]]>([
  ['the line that torchpin writes', '--extra-index-url CPU\ntorch>=2.0.0\nflask>=2\n', []],
  ['an extra index that has nothing of these', '--extra-index-url THEIRS\nrequests>=2\n', []],
  ['a name that only the extra index has', '--extra-index-url THEIRS\nour-models>=1\n', [`warning 1: ${alone}`]],
  ['a name that both have', 'flask>=2\n--extra-index-url THEIRS\n', [`info 2: ${both('flask is')}`]],
  [
    'a torch that claims to be the CPU build',
    '--extra-index-url THEIRS\ntorch==2.1.0\n',
    [`info 1: ${both('torch is')}`],
  ],
  ['another release of torch than theirs', '--extra-index-url THEIRS\ntorch==2.0.1\n', []],
  ['hashes', `--extra-index-url THEIRS\nflask==3.0.0 ${hash}\n`, []],
])('%s', async (_, text, expected) => {
  expect(await told(text)).toEqual(expected)
})
