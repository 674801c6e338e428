import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { canonicalizeName } from '../packaging/names.ts'
import { redactUrl } from './credentials.ts'
import type { Http } from './http.ts'
import { fileAnswers, filesOn } from './live-index.ts'
import type { IndexFile, PackageIndex } from './project-page.ts'

/** A `--find-links` page or folder as an index: all of its files, of whatever project. One that is not there has none, as with pip. */
export function findLinksIndex(location: string, http: Http): PackageIndex {
  let files: Promise<readonly IndexFile[]> | undefined
  return {
    url: redactUrl(location),
    async project(name) {
      files ??= /^https?:/.test(location) ? ofPage(location, http) : ofFolder(location)
      const project = canonicalizeName(name)
      const own = (await files).filter(
        ({ filename }) =>
          canonicalizeName(filename.split('-')[0]!) === project || canonicalizeName(filename).startsWith(`${project}-`),
      )
      return own.length > 0 ? { project, files: own, origin: 'live' } : undefined
    },
    ...fileAnswers(http),
  }
}

async function ofPage(url: string, http: Http): Promise<readonly IndexFile[]> {
  const response = await http.get(url, { accept: 'text/html' })
  return [403, 404, 410].includes(response.status) ? [] : filesOn(response, url)
}

async function ofFolder(location: string): Promise<readonly IndexFile[]> {
  const folder = location.startsWith('file:') ? fileURLToPath(location) : resolve(location)
  try {
    if (/\.html?$/.test(folder))
      return (await import('./simple-html.ts')).parseSimpleHtml(
        await readFile(folder, 'utf8'),
        pathToFileURL(folder).href,
      )
    return (await readdir(folder)).map(filename => ({
      filename,
      url: pathToFileURL(resolve(folder, filename)).href,
      hashes: {},
      yanked: false,
      metadataOffered: false,
    }))
  } catch {
    return []
  }
}
