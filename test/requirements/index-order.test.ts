import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filesByPath, loadRequirements } from '../../src/formats/requirements/files.ts'
import { effectiveIndexes } from '../../src/formats/requirements/index-order.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torchpin-test-'))
})

afterEach(() => rm(folder, { recursive: true }))

const nothing = { index: undefined, extra: [], links: [], none: false }

test.each([
  ['nothing', 'torch', {}, {}],
  ['41 the last index wins', '-i a\n-i b', {}, { index: 'b' }],
  ['42 an index undoes the extra ones before it', '--extra-index-url x\n-i a', {}, { index: 'a' }],
  ['an extra index behind stays', '-i a\n--extra-index-url x', {}, { index: 'a', extra: ['x'] }],
  ['on one line the order does not count', '--extra-index-url x -i a', {}, { index: 'a', extra: ['x'] }],
  [
    '43 an index in an include undoes those of the includer',
    '--extra-index-url x\n-r inc.txt',
    { 'inc.txt': '-i y' },
    { index: 'y' },
  ],
  ['43 the other order', '-r inc.txt\n--extra-index-url x', { 'inc.txt': '-i y' }, { index: 'y', extra: ['x'] }],
  ['constraints count too', '--extra-index-url x\n-c inc.txt', { 'inc.txt': '-i y' }, { index: 'y' }],
  [
    'an include read twice sets once, for the second time changes nothing',
    '-r inc.txt\n-r inc.txt',
    { 'inc.txt': '--extra-index-url x' },
    { extra: ['x'] },
  ],
  [
    'no index at all',
    '-i a\n--extra-index-url x\n--no-index\n-i b\n--extra-index-url y\n-f f',
    {},
    { links: ['f'], none: true },
  ],
  ['options on a requirement do nothing', 'torch -i a --extra-index-url x -f f', {}, {}],
  ['options beside an include do nothing', '-r inc.txt --extra-index-url x', { 'inc.txt': '' }, {}],
  ['find-links gather', '-f a -f b\n-f c\n-i x', {}, { index: 'x', links: ['a', 'c'] }],
])('%s', async (_, root, others, expected) => {
  for (const [name, content] of Object.entries({ 'r.txt': root, ...others }))
    await writeFile(join(folder, name), content)
  const files = await loadRequirements(['r.txt'], { cwd: folder })
  const { indexUrl, extraIndexUrls, findLinks, noIndex } = effectiveIndexes(files[0]!, filesByPath(files))
  expect({
    index: indexUrl?.value,
    extra: extraIndexUrls.map(({ value }) => value),
    links: findLinks.map(({ value }) => value),
    none: noIndex,
  }).toEqual({ ...nothing, ...expected })
})

test('each tells where it was set', async () => {
  await writeFile(join(folder, 'r.txt'), '-r inc.txt\n-f links\n')
  await writeFile(join(folder, 'inc.txt'), '-i https://a\n')
  const files = await loadRequirements(['r.txt'], { cwd: folder })
  const { indexUrl, findLinks } = effectiveIndexes(files[0]!, filesByPath(files))
  expect([indexUrl?.file.path, indexUrl?.option.written, findLinks[0]?.file.path]).toEqual(['inc.txt', '-i', 'r.txt'])
})
