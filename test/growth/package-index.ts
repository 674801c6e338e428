import { parseConfig } from '../../src/package-index/configparser.ts'
import { parseNetrc } from '../../src/package-index/netrc.ts'
import { searchHtml } from '../../src/package-index/search-html.ts'
import { searchJson } from '../../src/package-index/search-json.ts'
import { parseSimpleHtml } from '../../src/package-index/simple-html.ts'
import { parseSimpleJson } from '../../src/package-index/simple-json.ts'
import { findDirectory, readDirectory } from '../../src/package-index/zip-directory.ts'
import { withoutSecrets } from '../../src/text/secrets.ts'
import { printable } from '../../src/text/terminal.ts'
import { type Row, row } from './row.ts'

const page = 'https://index.example.org/simple/a/'
const html = (id: string, size: number, body: (size: number) => string): Row =>
  row(`HTML page: ${id}`, size, body, text => parseSimpleHtml(text, page))
const json = (id: string, size: number, file: string): Row =>
  row(
    `JSON page: ${id}`,
    size,
    many => `{"meta":{"api-version":"1.0"},"files":[${Array(many).fill(file).join()}]}`,
    text => parseSimpleJson(text, page),
  )
const searched = (id: string, size: number, files: (size: number) => string): Row =>
  row(
    `JSON page, searched: ${id}`,
    size,
    many => Buffer.from(`{"files":[${files(many)}],"meta":{}}`),
    bytes => searchJson('a', bytes),
  )
const config = (id: string, size: number, text: (size: number) => string): Row =>
  row(`pip.conf: ${id}`, size, text, given => parseConfig(given, name => name.toLowerCase(), 'pip.conf'))
const netrc = (id: string, size: number, part: string): Row =>
  row(`netrc: ${id}`, size, many => part.repeat(many), parseNetrc)

/** The central directory of an archive with so many entries. */
function directory(entries: number): Buffer {
  const entry = Buffer.alloc(46 + 5)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(5, 28)
  entry.write('a/b.c', 46)
  return Buffer.concat(Array(entries).fill(entry))
}

export const packageIndexRows: readonly Row[] = [
  html('links', 3_000, size => '<a href="a-1-py3-none-any.whl#sha256=aa">a</a>\n'.repeat(size)),
  row(
    'HTML page, searched: links',
    3_000,
    many =>
      Buffer.from(
        `<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Links for a</h1>\n${'    <a href="/a-1-py3-none-any.whl">a</a><br/>\n'.repeat(many)}`,
      ),
    bytes => searchHtml('a', bytes, page),
  ),
  html('nested tags', 20_000, size => '<div>'.repeat(size)),
  html('nested links', 5_000, size => '<a href="a">'.repeat(size)),
  html('closing tags', 20_000, size => `${'<b>'.repeat(size)}${'</i>'.repeat(size)}`),
  html('attributes of a tag', 10_000, size => `<a ${Array.from({ length: size }, (_, i) => `a${i}=b`).join(' ')}>`),
  html('tags without an end', 30_000, size => '<a '.repeat(size)),
  html('comments without an end', 20_000, size => '<!--'.repeat(size)),
  html('entities', 20_000, size => `<a href="${'&amp;'.repeat(size)}">`),
  html('base', 5_000, size => '<base href="x">'.repeat(size)),
  html('a long fragment', 50_000, size => `<a href="a.whl#${'sha256='.repeat(size)}">`),
  json('files', 3_000, '{"filename":"a-1.zip","url":"a-1.zip","hashes":{}}'),
  json('files of a strange name', 3_000, '{"filename":"a","url":"%25%25%25/..","hashes":{}}'),
  row(
    'JSON page: hashes of a file',
    5_000,
    size => {
      const hashes = Array.from({ length: size }, (_, i) => `"h${i}":"aa"`)
      return `{"files":[{"filename":"a-1.zip","url":"a-1.zip","hashes":{${hashes}}}]}`
    },
    text => parseSimpleJson(text, page),
  ),
  row(
    'JSON page: nested',
    20_000,
    size => '['.repeat(size),
    text => parseSimpleJson(text, page),
  ),
  searched('files', 3_000, many =>
    Array.from({ length: many }, (_, i) => {
      const name = `a-${i}-py3-none-any.whl`
      return `{"filename":"${name}","hashes":{},"url":"https://a.example/${name}"}`
    }).join(),
  ),
  searched(
    'folders of a URL',
    20_000,
    many => `{"filename":"a","hashes":{},"url":"https://a.example/${'a/'.repeat(many)}b"}`,
  ),
  searched('parts of a host', 20_000, many => `{"filename":"a","hashes":{},"url":"https://${'a.'.repeat(many)}"}`),
  searched(
    'a long reason',
    20_000,
    many => `{"filename":"a","hashes":{},"url":"https://a.example/a","yanked":"${'\\\\n'.repeat(many)}`,
  ),
  config('options', 10_000, size => `[global]\n${Array.from({ length: size }, (_, i) => `a${i} = b\n`).join('')}`),
  config('continued', 30_000, size => `[global]\na =\n${'  b\n'.repeat(size)}`),
  config('blank lines', 50_000, size => `[global]\na =\n${'\n'.repeat(size)}x`),
  config('sections', 2_000, size => Array.from({ length: size }, (_, i) => `[s${i}]\n`).join('')),
  config('brackets', 50_000, size => `[${']'.repeat(size)}`),
  config('blanks', 50_000, size => `[global]\na${' '.repeat(size)}x`),
  netrc('machines', 10_000, 'machine a login b password c\n'),
  netrc('words', 50_000, 'a '),
  netrc('words of one line', 50_000, 'login a '),
  netrc('quotes', 50_000, '"'),
  netrc('escapes in quotes', 50_000, '"\\'),
  netrc('macros', 20_000, 'macdef a\n'),
  row('zip: directory', 10_000, directory, bytes => [...readDirectory(bytes)].length),
  row(
    'zip: marks of an end',
    15_000,
    size => Buffer.from('PK\x05\x06'.repeat(size)),
    bytes => findDirectory(bytes, 0),
  ),
  row('text: secrets', 5_000, size => 'https://u:p@h/ '.repeat(size), withoutSecrets),
  row('text: schemes', 50_000, size => 'a-'.repeat(size), withoutSecrets),
  row('text: at signs', 50_000, size => `a://${'@'.repeat(size)}`, withoutSecrets),
  row('text: colons', 50_000, size => 'a:/'.repeat(size), withoutSecrets),
  row('text: control characters', 50_000, size => '\u001b['.repeat(size), printable),
]
