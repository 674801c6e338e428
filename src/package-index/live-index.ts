import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TorchpinError } from '../contract/errors.ts'
import { readRegular, UnfitFile } from '../files/regular-file.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { isSlash, withoutEnd } from '../text/ends.ts'
import { once } from '../text/memo.ts'
import { redactUrl } from '../text/secrets.ts'
import { splitCredentials } from './credentials.ts'
import { fileFacts } from './file-facts.ts'
import type { Http } from './http.ts'
import { fetchProjectPage, largestPage, pageFiles } from './page.ts'
import type { Answered, PackageIndex, ProjectPage } from './project-page.ts'
import { Page } from './releases.ts'

/** The statuses with which an index may answer for a project that it does not have. */
const missing: readonly number[] = [403, 404, 410]

/**
 * An index that follows the Simple Repository API (PEP 503, 691), on the web or in a local folder (`file:`). Each question is asked
 * once; what fails can be asked again.
 *
 * @param url of the root, which may carry credentials, or a path
 * @param missingStatuses the statuses that mean that there is no such project: S3, where PyTorch's index is, says 403
 * @returns an index whose `project` throws TorchpinError INDEX_UNREACHABLE and INDEX_UNREADABLE
 */
export function liveIndex(
  url: string,
  http: Http,
  { missingStatuses = missing }: { missingStatuses?: readonly number[] } = {},
): PackageIndex {
  const root = /^[a-z][a-z0-9+.-]+:/i.test(url) ? url : pathToFileURL(resolve(url)).href
  const facts = fileFacts(http)
  const answered = new Map<string, Answered>()
  const project = once(canonicalizeName, async given => {
    const name = canonicalizeName(given)
    const address = projectUrl(root, name)
    const page = address.startsWith('file:')
      ? await localPage(address, name)
      : await fetchProjectPage(name, address, http, missingStatuses)
    answered.set(name, { page })
    return page
  })
  return {
    url: splitCredentials(root).url,
    project,
    known: name => answered.get(name),
    expect(name) {
      if (!http.offline) project(name).catch(() => undefined)
    },
    ...facts,
  }
}

/** The address of a project's page: always with a slash at its end, without which some hosts refuse it. */
function projectUrl(index: string, project: string): string {
  if (!URL.canParse(index)) throw new TorchpinError('BAD_OPTION', `${redactUrl(index)} is no URL of a package index`)
  const url = new URL(index)
  url.pathname = `${withoutEnd(url.pathname, isSlash)}/${project}/`
  return url.href
}

/** As in pip, a folder's page is its index.html. */
async function localPage(url: string, project: string): Promise<ProjectPage | undefined> {
  const page = new URL('index.html', url)
  let body: Buffer
  try {
    body = await readRegular(fileURLToPath(page), largestPage)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    const why = error instanceof UnfitFile ? error.why : 'cannot be read'
    throw new TorchpinError('INDEX_UNREADABLE', `${redactUrl(page.href)} ${why}`, { cause: error })
  }
  return new Page({ project, files: await pageFiles(body, 'text/html', page.href), origin: 'live' })
}
