import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TorchpinError } from '../contract/errors.ts'
import { readdir, stat } from '../files/machine/files.ts'
import { readRegular, whyUnreadable } from '../files/regular-file.ts'
import { canonicalizeName } from '../packaging/names.ts'
import { parseSdistFilename, parseWheelFilename } from '../packaging/wheel.ts'
import { once } from '../text/memo.ts'
import { splitCredentials } from './credentials.ts'
import { fileFacts } from './file-facts.ts'
import { resolveFileLink } from './file-link.ts'
import type { Http } from './http.ts'
import { fetchPage, largestPage, pageFiles } from './page.ts'
import type { IndexFile, PackageIndex, ProjectPage } from './project-page.ts'
import { Page } from './releases.ts'

/** What a place of links holds, of all projects. */
type Links = Pick<ProjectPage, 'files' | 'origin'>

const nothing: Links = { files: [], origin: 'live' }

/**
 * What `--find-links` names, as an index: a page of links, a single file, or a local folder with files and pages. It is
 * read once. As in pip, what is not there holds nothing.
 *
 * @param location a URL (it may carry credentials) or a path
 * @returns an index whose `project` throws TorchpinError INDEX_UNREACHABLE and INDEX_UNREADABLE
 */
export function findLinksIndex(location: string, http: Http): PackageIndex {
  const url = /^(https?|file):/i.test(location) ? location : pathToFileURL(resolve(location)).href
  const links = once(
    () => '',
    () => (url.startsWith('file:') ? localLinks(url) : remoteLinks(url, http)),
  )
  const project = once(canonicalizeName, async (name): Promise<ProjectPage | undefined> => {
    const { files, origin } = await links(undefined)
    const key = canonicalizeName(name)
    const own = files.filter(({ filename }) => belongsTo(filename, key))
    return own.length > 0 ? new Page({ project: key, files: own, origin }) : undefined
  })
  return { url: splitCredentials(url).url, project, ...fileFacts(http) }
}

function belongsTo(filename: string, project: string): boolean {
  const wheel = parseWheelFilename(filename)
  return wheel ? wheel.name === project : parseSdistFilename(filename, project) !== undefined
}

async function remoteLinks(url: string, http: Http): Promise<Links> {
  const single = fileAt(url, url)
  if (single) return { files: [single], origin: 'live' }
  return (await fetchPage(url, http, [403, 404, 410])) ?? nothing
}

async function localLinks(url: string): Promise<Links> {
  const path = pathOf(url)
  if (path === undefined) return nothing
  const found = await stat(path).catch(() => undefined)
  if (!found) return nothing
  if (!found.isDirectory()) return { files: await localFile(path), origin: 'live' }
  const entries = (await readdir(path, { withFileTypes: true })).filter(entry => !entry.isDirectory())
  const files: IndexFile[] = []
  // One after the other: a folder may hold any number of pages, each as large as a page may be.
  for (const { name } of entries) for (const file of await localFile(resolve(path, name))) files.push(file)
  return { files, origin: 'live' }
}

/** A local file: itself, or what it links to where it is a page. */
async function localFile(path: string): Promise<IndexFile[]> {
  const url = pathToFileURL(path).href
  if (/\.html?$/i.test(path)) return pageFiles(await localBytes(path), 'text/html', url)
  const file = fileAt(url, url)
  return file ? [file] : []
}

/** @returns undefined where the URL is of another machine, or hides a slash in the name of a folder */
function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

async function localBytes(path: string): Promise<Buffer> {
  return readRegular(path, largestPage).catch(cause => {
    throw new TorchpinError('INDEX_UNREADABLE', `${path} ${whyUnreadable(cause)}`, { cause })
  })
}

/** @returns undefined where the name is not that of a wheel or a source archive */
function fileAt(href: string, base: string): IndexFile | undefined {
  const link = resolveFileLink(href, base)
  if (!link || !/\.(whl|tar\.gz|tgz|zip|tar\.bz2|tar\.xz|tar)$/i.test(link.filename)) return undefined
  return { ...link, yanked: false, metadataOffered: false }
}
