import { search } from './search.ts'
import { TableWriter } from './table-writer.ts'

/** A text without escapes, of printable ASCII; its content is captured. */
const text = '"([ !#-\\[\\]-~]*)"'
/** Any text. */
const anyText = '"(?:[^"\\\\\\0-\\x1f]|\\\\(?:["\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*"'
const sha256 = '"sha256": ?"([0-9a-f]{64})"'

const field = (name: string, value: string) => `"${name}": ?${value}`
const optional = (name: string, value: string) => `(?:${field(name, value)}, ?)?`

const entry = new RegExp(
  [
    '\\{',
    optional('core-metadata', `(?:false|null|(true)|\\{${sha256}\\})`),
    optional('data-dist-info-metadata', '(?:false|true|\\{"sha256": ?"[0-9a-f]{64}"\\})'),
    field('filename', '"([\\w-][\\w.+-]{0,254})"'),
    ', ?',
    optional('gpg-sig', '(?:false|true|null)'),
    field('hashes', `\\{(?:${sha256})?\\}`),
    ', ?',
    optional('provenance', `(?:null|${anyText})`),
    optional('requires-python', `(?:null|${text})`),
    optional('size', '(?:null|(0|[1-9]\\d{0,14}))'),
    optional('upload-time', '(?:null|"([!#-\\[\\]-~]*)")'),
    field('url', '"(https://(?:[a-z0-9]+(?:-[a-z0-9]+)*\\.)+[a-z]{2,}/(?:[\\w-][\\w.-]*/)*([\\w-](?:[\\w.-]|%2B)*))"'),
    `(?:, ?${field('yanked', `(?:false|null|(true|${anyText}))`)})?`,
    '\\}(?:, ?(?=\\{)|(?=\\]))',
  ].join(''),
  'y',
)

/**
 * Makes the table of a page in JSON without reading it as JSON. A regular expression finds one file after another: it takes the fields
 * in the order of the alphabet, as the public index writes them, and nothing that `parseSimpleJson` would take for something else.
 *
 * @param body as it came, in UTF-8
 * @returns the same as `encodeTable` of what `parseSimpleJson` finds; undefined where the page is of another shape
 */
export function searchJson(project: string, body: Buffer): Buffer | undefined {
  const start = startOfFiles(body)
  if (start === undefined) return undefined
  const writer = new TableWriter(project)
  const end = search(body, start, entry, found => addFile(found, writer))
  if (end === undefined || body[end] !== bracket) return undefined
  return isPage(body.toString('latin1', 0, start) + body.toString('latin1', end)) ? writer.bytes() : undefined
}

const bracket = ']'.charCodeAt(0)

/** Where the list of the files begins, behind its bracket. */
function startOfFiles(body: Buffer): number | undefined {
  const key = body.indexOf('"files"')
  const opening = key < 0 ? null : /^"files": ?\[/.exec(body.toString('latin1', key, key + 10))
  return opening ? key + opening[0].length : undefined
}

/** @returns false where the name of the file is not that in its URL */
function addFile(found: RegExpExecArray, writer: TableWriter): boolean {
  const [, offered, metadataSha256 = '', filename, sha256 = '', requiresPython, size = '', time = '', url] = found
  const [last, yanked] = [found[9]!, found[10]]
  if (last !== filename && last.replaceAll('%2B', '+') !== filename) return false
  writer.add(
    {
      filename: filename!,
      // An empty one is none.
      requiresPython: requiresPython || undefined,
      yanked: yanked !== undefined,
      metadataOffered: offered !== undefined || metadataSha256 !== '',
    },
    `${url}\t${sha256}\t${size}\t${time}\t${metadataSha256}\t\n`,
  )
  return true
}

/** Whether a page without its files is one as `parseSimpleJson` takes it, the list that was emptied being the list of its files. */
function isPage(text: string): boolean {
  const isListedOnce = text.indexOf('"files"') === text.lastIndexOf('"files"') && !text.includes('\\')
  if (!isListedOnce) return false
  try {
    const page = JSON.parse(text)
    const version = page.meta?.['api-version']
    return Array.isArray(page.files) && (typeof version !== 'string' || /^1(\.|$)/.test(version))
  } catch {
    return false
  }
}
