import { isAscii } from 'node:buffer'
import { TorchpinError } from '../contract/errors.ts'
import { inMiB } from '../text/bytes.ts'
import { redactUrl } from '../text/secrets.ts'
import { printable } from '../text/terminal.ts'
import type { Http } from './http.ts'
import type { BodyForm, HttpAnswer } from './http-client.ts'
import { unreadablePage } from './network-trouble.ts'
import { tableForm, tablePage } from './page-table.ts'
import { partsOf } from './parts.ts'
import type { IndexFile, ProjectPage } from './project-page.ts'
import { searchThread } from './search-apart.ts'
import { json } from './search-page.ts'
import { parseSimpleJson } from './simple-json.ts'
import { encodeTable } from './table-writer.ts'

const html = 'application/vnd.pypi.simple.v1+html'

/** JSON, for its sizes; else HTML (PEP 691). */
const accept = `${json}, ${html};q=0.2, text/html;q=0.1`

/** The largest pages of the public index have some ten megabytes. */
export const largestPage = 64 * 2 ** 20

/**
 * Fetches the page of a project; it is kept as a table of its files.
 *
 * @param missingStatuses the statuses that mean that there is no such project
 * @returns undefined where there is no such project
 * @throws TorchpinError INDEX_UNREACHABLE, INDEX_UNREADABLE
 */
export async function fetchProjectPage(
  project: string,
  url: string,
  http: Http,
  missingStatuses: readonly number[],
): Promise<ProjectPage | undefined> {
  const found = await fetched(url, http, missingStatuses, {
    name: `${project} ${tableForm}`,
    expected: () => searchThread.begin(),
    of: answer => tableOf(project, answer),
  })
  return found && tablePage(project, found.kept ?? partsOf(found.body), found.origin)
}

/** The table of a page: searched for, where the page has the usual shape; else all of it is read. */
async function tableOf(project: string, { body, headers, url }: HttpAnswer): Promise<Buffer> {
  const type = headers['content-type']
  const found = await searchThread.search({ project, body, type, url })
  return 'table' in found ? found.table : encodeTable(project, await pageFiles(found.body, type, url))
}

/**
 * Fetches a page of links.
 *
 * @param missingStatuses the statuses that mean that there is no such page
 * @returns undefined where there is no such page
 * @throws TorchpinError INDEX_UNREACHABLE, INDEX_UNREADABLE
 */
export async function fetchPage(
  url: string,
  http: Http,
  missingStatuses: readonly number[],
): Promise<Pick<ProjectPage, 'files' | 'origin'> | undefined> {
  const found = await fetched(url, http, missingStatuses)
  if (!found) return undefined
  return { files: await pageFiles(found.body, found.headers['content-type'], found.url), origin: found.origin }
}

async function fetched(
  url: string,
  http: Http,
  missingStatuses: readonly number[],
  form?: BodyForm,
): Promise<HttpAnswer | undefined> {
  const answer = await http.get(url, { accept, maxBytes: largestPage, ...(form ? { form } : {}) })
  if (missingStatuses.includes(answer.status)) return undefined
  if (answer.status !== 200) throw refused(url, answer.status)
  if (!answer.complete) throw unreadablePage(url, `it is longer than ${inMiB(largestPage)}`)
  return answer
}

/**
 * Reads a page in either of the two forms. The content type decides; where there is none, the first character.
 *
 * @throws TorchpinError INDEX_UNREADABLE
 */
export async function pageFiles(body: Buffer, contentType: string | undefined, url: string): Promise<IndexFile[]> {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map(part => part.trim())
  const text = decoded(body, parameters)
  switch (type.toLowerCase()) {
    case json:
    case 'application/json':
      return parseSimpleJson(text, url)
    case html:
    case 'text/html':
    case 'application/xhtml+xml':
      return htmlFiles(text, url)
    case '':
      if (/^\s*\{/.test(text)) return parseSimpleJson(text, url)
      if (/^\s*</.test(text)) return htmlFiles(text, url)
      throw unreadablePage(url, 'it says no content type, and is neither HTML nor JSON')
    default:
      throw unreadablePage(url, `its content type is ${printable(type.slice(0, 80))}`)
  }
}

/** The parser comes with it, and is loaded late: most pages are JSON, or their links are found without it. */
async function htmlFiles(text: string, url: string): Promise<IndexFile[]> {
  const { parseSimpleHtml } = await import('./simple-html.ts')
  return parseSimpleHtml(text, url)
}

function decoded(body: Buffer, parameters: readonly string[]): string {
  const charset = parameters
    .map(parameter => /^charset="?([^"]+)"?$/i.exec(parameter)?.[1])
    .find(found => found !== undefined)
  // Nearly every page is ASCII, of which nothing needs to be decoded.
  if ((charset ?? 'utf-8').toLowerCase() === 'utf-8' && isAscii(body)) return body.toString('latin1')
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(body)
  } catch {
    return new TextDecoder().decode(body)
  }
}

function refused(url: string, status: number): TorchpinError {
  const hint =
    status === 401 || status === 407
      ? 'give a user name and a password in the URL or in a netrc file'
      : 'check that the URL is that of a package index'
  return new TorchpinError(
    'INDEX_UNREADABLE',
    `${printable(redactUrl(url))} answered ${status} where an index page was expected`,
    { hint },
  )
}
