import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchJson } from '../../src/package-index/search-json.ts'
import { parseSimpleJson } from '../../src/package-index/simple-json.ts'
import { encodeTable } from '../../src/package-index/table-writer.ts'
import { runs } from '../full.ts'

const sha256 = 'ab'.repeat(32)
/** A file as the public index describes it, its keys in the order of the alphabet. */
const file = (more: object = {}) => ({
  filename: 'torch-2.1.0-cp311-cp311-linux_x86_64.whl',
  hashes: { sha256 },
  'requires-python': '>=3.8',
  size: 7,
  'upload-time': '2026-01-01T00:00:00.000000Z',
  url: 'https://files.example.org/packages/ab/cd/torch-2.1.0-cp311-cp311-linux_x86_64.whl',
  yanked: false,
  ...more,
})
const named = (filename: string, more: object = {}) =>
  file({ filename, url: `https://files.example.org/packages/${filename}`, ...more })
const page = (files: readonly object[], more: object = {}) => ({
  files,
  meta: { 'api-version': '1.1' },
  name: 'torch',
  versions: ['2.1.0'],
  ...more,
})
/** As Python's `json.dumps` writes it, with blanks, where the page is ASCII. */
const spaced = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(spaced).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? `{${Object.entries(value)
          .map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`)
          .join(', ')}}`
      : JSON.stringify(value)
const searched = (text: string) => searchJson('torch', Buffer.from(text))

/** What the full reader makes of a page; undefined where it refuses it. */
function read(text: string): Buffer | undefined {
  try {
    return encodeTable(
      'torch',
      parseSimpleJson(new TextDecoder().decode(Buffer.from(text)), 'https://x.example.org/torch/'),
    )
  } catch {
    return undefined
  }
}

describe('a page as the public index writes it is searched, and gives what reading it gives', () => {
  test.each<{ id: string; files: readonly object[]; more?: object }>([
    { id: 'no files', files: [] },
    { id: 'one', files: [file()] },
    {
      id: 'a release of several files',
      files: [file(), named('torch-2.1.0-cp310-cp310-linux_x86_64.whl'), named('torch-2.1.0.tar.gz')],
    },
    { id: 'releases out of order', files: [named('torch-2.10.tar.gz'), named('torch-2.9.tar.gz'), file()] },
    {
      id: 'one version written in two ways',
      files: [named('torch-2.0-py3-none-any.whl'), named('torch-2.00-py3-none-any.whl')],
    },
    { id: 'a build number', files: [named('torch-2.0-1-py3-none-any.whl'), named('torch-2.0-py3-none-any.whl')] },
    {
      id: 'names that are those of no release',
      files: [
        named('torch.whl'),
        named('torch-2.1.0-x.whl'),
        named('torch-2.1.0-py3-none.whl'),
        named('notes.txt'),
        file(),
      ],
    },
    { id: 'a name that begins like a release', files: [file(), named('torch-2.1.0-'), named('torch-2.1.0-.whl')] },
    { id: 'another project', files: [named('torchvision-2.1.0.tar.gz')] },
    { id: 'no Requires-Python', files: [file({ 'requires-python': null }), file({ 'requires-python': '' })] },
    {
      id: 'taken back',
      files: [file({ yanked: true }), file({ yanked: '' }), file({ yanked: 'so "broken" \u2013 \n' })],
    },
    { id: 'no digest', files: [file({ hashes: {} })] },
    { id: 'no size, no time', files: [file({ size: null, 'upload-time': null }), file({ size: 0 })] },
    {
      id: 'a local version label',
      files: [file({ filename: 'torch-2.1.0+cpu.zip', url: 'https://files.example.org/torch-2.1.0%2Bcpu.zip' })],
    },
    {
      id: 'metadata',
      files: [
        { 'core-metadata': { sha256 }, 'data-dist-info-metadata': { sha256 }, ...file() },
        { 'core-metadata': true, ...file() },
        { 'core-metadata': false, ...file() },
      ],
    },
    {
      id: 'a page longer than what is looked at at once',
      files: Array.from({ length: 1000 }, (_, i) => named(`torch-${i}.tar.gz`)),
    },
    {
      id: 'a status of the project',
      files: [file()],
      more: { 'alternate-locations': [], 'project-status': { status: 'active' } },
    },
  ])('$id', ({ files, more }) => {
    for (const text of [JSON.stringify(page(files, more)), spaced(page(files, more))]) {
      expect(read(text)).toBeDefined()
      expect(searched(text)).toEqual(read(text))
    }
  })
})

describe('what is of another shape is left to the full reader', () => {
  const plain = JSON.stringify(page([file()]))
  test.each<{ id: string; text: string }>([
    { id: 'another order', text: JSON.stringify(page([Object.fromEntries(Object.entries(file()).reverse())])) },
    { id: 'a key that is not known', text: JSON.stringify(page([file({ zeal: 1 })])) },
    { id: 'a key twice', text: plain.replace('"size":7', '"size":7,"size":8') },
    { id: 'an escape in a name', text: plain.replace('"torch-2', '"\\u0074orch-2') },
    { id: 'an escape in a key', text: plain.replace('"size"', '"s\\u0069ze"') },
    { id: 'another spacing', text: JSON.stringify(page([file()]), null, 1) },
    { id: 'a URL that is not plain', text: JSON.stringify(page([file({ url: `../${file().filename}` })])) },
    { id: 'a fragment', text: JSON.stringify(page([file({ url: `${file().url}#sha256=00` })])) },
    {
      id: 'a folder of dots',
      text: JSON.stringify(page([file({ url: `https://a.example/x/../${file().filename}` })])),
    },
    { id: 'a name that the URL does not have', text: JSON.stringify(page([file({ filename: 'torch-2.2.0.tar.gz' })])) },
    { id: 'a plus sign in a URL', text: JSON.stringify(page([named('torch-2.1.0+cpu.zip')])) },
    { id: 'a name longer than a file can have', text: JSON.stringify(page([named(`torch-${'1'.repeat(300)}.zip`)])) },
    { id: 'a digest of another kind', text: JSON.stringify(page([file({ hashes: { md5: '00' } })])) },
    { id: 'a size that is no size', text: JSON.stringify(page([file({ size: -1 })])) },
    { id: 'files twice', text: plain.replace(/\}$/, ',"files":[]}') },
    { id: 'files of files', text: `{"meta":${plain}}` },
    { id: 'a later version of the format', text: plain.replace('1.1', '2.0') },
    { id: 'cut short', text: plain.slice(0, -1) },
    { id: 'something behind it', text: `${plain}}` },
    { id: 'a control character', text: plain.replace('>=3.8', '>=3.8\t') },
    { id: 'a comma too many', text: plain.replace('}],', '},],') },
    { id: 'a comma too few', text: JSON.stringify(page([file(), file()])).replace('},{', '}{') },
    { id: 'no list', text: '{"files":{}}' },
    { id: 'nothing', text: '' },
  ])('$id', ({ text }) => {
    expect(searched(text)).toBeUndefined()
  })
})

describe('searching and reading never say different things', () => {
  const filename = fc.oneof(
    fc.constantFrom(
      'torch-1.0.tar.gz',
      'torch-2.0-py3-none-any.whl',
      'torch-2.0+cpu-py3-none-any.whl',
      'Torch-2.0.zip',
    ),
    fc.stringMatching(/^torch-[0-9a-c.+-]{1,9}(?:-py3-none-(?:any|x))?\.(?:whl|zip)$/),
    fc.string(),
  )
  const given = fc
    .record(
      {
        'core-metadata': fc.constantFrom(true, false, null, {}, { sha256 }, { sha256: 'AB' }),
        'dist-info-metadata': fc.constantFrom(true, { sha256 }),
        filename,
        hashes: fc.constantFrom({ sha256 }, {}, { sha256: 'AB' }, { md5: '00' }, null),
        'requires-python': fc.oneof(fc.constantFrom('>=3.8', '', null), fc.string()),
        size: fc.constantFrom(0, 1, 2 ** 40, 1e21, 1.5, null, '7'),
        'upload-time': fc.oneof(fc.constantFrom('2026-01-01T00:00:00Z', null), fc.string()),
        url: fc.constantFrom(
          'https://files.example.org/a/',
          'https://a--b.example/',
          'http://a.example/',
          '',
          'https://a.example/.x/',
        ),
        yanked: fc.oneof(fc.boolean(), fc.string(), fc.constant(null)),
      },
      { requiredKeys: ['filename', 'url', 'hashes'] },
    )
    .map(({ url, ...more }) => {
      const whole = { ...more, url: `${url}${encodeURIComponent(more.filename)}` }
      return Object.fromEntries(Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1)))
    })
  const text = fc
    .tuple(
      fc.array(fc.oneof(given, fc.constant(file())), { maxLength: 6 }),
      fc.constantFrom({}, { meta: null }, { meta: { 'api-version': '2' } }),
    )
    .chain(([files, more]) => fc.constantFrom(JSON.stringify(page(files, more)), spaced(page(files, more))))
  const agree = (text: string) => {
    const found = searched(text)
    if (found) expect(found).toEqual(read(text))
  }

  test('of a page, valid or odd', () => {
    fc.assert(fc.property(text, agree), { numRuns: runs(30, 1000) })
  })

  test('of a damaged page', () => {
    const wrong = fc.constantFrom('', '"', '\\', ',', ']', '}', '{', ' ', '\t', '0', 'é', '"files":[', '\0')
    fc.assert(
      fc.property(text, fc.nat(), fc.nat({ max: 3 }), wrong, (text, at, length, wrong) => {
        const place = at % (text.length + 1)
        agree(text.slice(0, place) + wrong + text.slice(place + length))
      }),
      { numRuns: runs(30, 1000) },
    )
  })
})
