import { search } from './search.ts'
import { TableWriter } from './table-writer.ts'

const sha256 = 'sha256=([0-9a-f]{64})'
const optional = (name: string, value: string) => `(?: ${name}="${value}")?`

/** A link of the index of PyTorch. */
const entry = new RegExp(
  [
    ' *<a href="((?:https://(?:[a-z0-9]+(?:-[a-z0-9]+)*\\.)+[a-z]{2,})?)',
    '((?:/[\\w-][\\w.-]*)*/([\\w-](?:[\\w.-]|%2B){0,254}))',
    `(?:#${sha256})?"`,
    optional('data-dist-info-metadata', sha256),
    optional('data-core-metadata', sha256),
    optional('data-upload-time', '([\\d:TZ.-]*)'),
    '>[\\w.+-]*</a><br ?/>\\n',
  ].join(''),
  'y',
)
const beginning = /^<!DOCTYPE html>\n<html>\n {2}<body>\n {4}<h1>Links for [\w-]+<\/h1>\n/
const ending = /^ *<\/body>\n<\/html>\n?(?:<!--TIMESTAMP \d+-->\n?)?$/

/** More than what is before and behind the links. */
const frame = 1000

/**
 * Makes the table of a page as PyTorch generates them without reading it as HTML.
 *
 * @param pageUrl where the page was found in the end
 * @returns the same as `encodeTable` of what `parseSimpleHtml` finds; undefined where the page is of another shape
 */
export function searchHtml(project: string, body: Buffer, pageUrl: string): Buffer | undefined {
  const opening = beginning.exec(body.toString('latin1', 0, frame))
  if (!opening) return undefined
  const host = new URL('/', pageUrl).href.slice(0, -1)
  const writer = new TableWriter(project)
  const end = search(body, opening[0].length, entry, found => addFile(found, host, writer))
  if (end === undefined || body.length - end > frame) return undefined
  return ending.test(body.toString('latin1', end)) ? writer.bytes() : undefined
}

function addFile(found: RegExpExecArray, host: string, writer: TableWriter): boolean {
  const [, own, path, last, sha256 = '', older = '', metadataSha256 = older, time = ''] = found
  writer.add(
    { filename: last!.replaceAll('%2B', '+'), yanked: false, metadataOffered: metadataSha256 !== '' },
    `${own || host}${path}\t${sha256}\t\t${time}\t${metadataSha256}\t\n`,
  )
  return true
}
