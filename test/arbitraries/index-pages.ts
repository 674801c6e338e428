import fc from 'fast-check'
import { jumbled, mangled } from './mangled.ts'
import { htmlPages, jsonPages } from './seeds.ts'

// biome-ignore format: a list of pieces
const htmlPieces: readonly string[] = [
  '<a href="', 'a-1.whl', '"', '>', '</a>', '<a>', '<base href="', '%', '%2B', '+', '&amp;', '&#x2F;', '&', '#sha256=', 'a'.repeat(64), 'http://', 'file:///x/', '//', '..', '/', '\\', '<!--', '-->',
  '<meta name="pypi:repository-version" content="', '2', '1.9', '\0', '<![CDATA[', ' data-yanked', ' data-requires-python="&gt;=3.8"', ' data-core-metadata="sha256=', 'true', '<script>', '</script>',
  '<title>', "'", '=', ' ', '\n', 'é', '\ud800', '[', 'xn--',
]
export const htmlBodies: fc.Arbitrary<string> = fc.oneof(jumbled(htmlPieces), mangled(htmlPages, htmlPieces))

// biome-ignore format: a list of pieces
const jsonPieces: readonly string[] = [
  '{', '}', '[', ']', ',', ':', '"', '"files":', '"filename":', '"url":', '"a-1.whl"', '"hashes":{"sha256":"aa"}', 'null', 'true', '-1', '1e999', '"size":', '"meta":{"api-version":"1.0"}', '"2.0"',
  '"yanked":', '"__proto__":', '"core-metadata":', '\\u0000', '\\ud800', '..', '/', 'file:', ' ',
]
const names = fc.constantFrom(
  'filename',
  'url',
  'hashes',
  'size',
  'requires-python',
  'yanked',
  'core-metadata',
  'dist-info-metadata',
  'upload-time',
  '__proto__',
)
const value = fc.oneof(
  fc.constantFrom<unknown>(
    'a-1-py3-none-any.whl',
    '../a-1.whl',
    'https://h/a-1.tar.gz#sha256=00',
    '',
    '..',
    '\0',
    true,
    false,
    null,
    -1,
    0.5,
    1e300,
    [],
    {},
  ),
  fc.dictionary(fc.constantFrom('sha256', 'MD5', '__proto__'), fc.constantFrom('aa', 'XX', 1, null), { maxKeys: 2 }),
)
const file = fc.dictionary(names, value, { maxKeys: 7 })
const page = fc.record(
  {
    meta: fc.constantFrom<unknown>({ 'api-version': '1.1' }, { 'api-version': '2.0' }, { 'api-version': 1 }, null, 1),
    files: fc.oneof(fc.array(file, { maxLength: 4 }), value),
  },
  { requiredKeys: [] },
)
export const jsonBodies: fc.Arbitrary<string> = fc.oneof(
  page.map(made => JSON.stringify(made)),
  fc.json(),
  jumbled(jsonPieces),
  mangled(jsonPages, jsonPieces),
)

/** References as pages of an index have them, and worse. */
export const hrefs: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      'https://files.example.org/',
      'https://FILES.example.org/',
      'https://1.2.3/',
      'http://a.b/',
      'https://a.b.c1/',
      'https://xn--a.org/',
      '',
    ),
    fc.array(
      fc.constantFrom(
        'a',
        'B',
        '-1',
        '.',
        '..',
        '/',
        '//',
        '%2e',
        '%2B',
        '+',
        '%',
        ' ',
        '\t',
        '\n',
        '\\',
        '#sha256=',
        '00',
        '?x=',
        '@',
        ':',
        '[',
        '|',
        'é',
        '_',
      ),
      { maxLength: 8 },
    ),
  )
  .map(([start, rest]) => start + rest.join(''))
